"""Telegram, as a bot: groups, discussions below a channel's posts, private chats. The manifest alone."""

from __future__ import annotations

from datetime import timedelta

from connectors.telegram.settings import FIELDS, home_of
from inbox_app.contract.archive import ArchiveFormat, Shape
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.login import SignIn
from inbox_app.contract.manifest import Level, Manifest, Reaction
from inbox_app.contract.texts import lazy_gettext
from inbox_app.domain.words import Kind, Verb


def _load() -> type[Connector]:
    from connectors.telegram.connector import TelegramConnector

    return TelegramConnector


def _sign_in(host: Host) -> SignIn:
    from connectors.telegram.login import TelegramSignIn

    return TelegramSignIn(host)


def _reactions(_kind: Kind) -> tuple[Reaction, ...]:
    """Some of those that Telegram has; a group may allow fewer. https://core.telegram.org/bots/api#reactiontypeemoji"""
    return tuple(map(Reaction, ("👍", "❤", "🎉", "😁", "🙏", "👀")))


MANIFEST = Manifest(
    key="telegram",
    name="Telegram bot",
    level=Level.ROBUST,
    verbs=frozenset(
        {
            Verb.SENDS,
            Verb.LISTENS,
            Verb.MODERATES,
            Verb.REACTS,
            Verb.EDITS_SENT,
            Verb.DELETES_SENT,
            Verb.FETCHES_ATTACHMENTS,
            Verb.READS_ARCHIVE,
        }
    ),
    fields=FIELDS,
    load=_load,
    sign_in=_sign_in,
    icon="telegram",
    poll=timedelta(minutes=1),
    guide="guide/telegram.md",
    home=home_of,
    archives=(ArchiveFormat("telegram", lazy_gettext("Telegram Desktop: exported chats (JSON)"), Shape.EITHER),),
    reactions=_reactions,
)
