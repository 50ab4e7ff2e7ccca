"""What `reply`, `post` and `template preview` have in common: a text that comes from a template."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from inbox_app.app import App
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, ConversationId, MessageId
from inbox_app.i18n import _
from inbox_app.queries import accounts, inbox, templates
from inbox_app.queries.templates import Envelope, Prepared, Warned


def add_template(parser: ArgumentParser) -> None:
    """The text from a template."""
    parser.add_argument("--template", metavar="NAME", help=_("a template's name or shortcut, for the text"))
    add_values(parser)


def add_values(parser: ArgumentParser) -> None:
    """Values by hand."""
    parser.add_argument(
        "--with", dest="values", metavar="V=TEXT", action="append", default=[], help=_("what a variable says here")
    )


def given_values(chosen: Namespace) -> Mapping[str, str]:
    """The values named by options. Raises `WrongUse`."""
    values = {}
    for given in chosen.values:
        name, is_given, value = given.partition("=")
        if not is_given:
            raise WrongUse(_("“{given}” is no value: write member.city=Rome.").format(given=given))
        values[name.strip().strip("{}").casefold()] = value
    return values


async def prepared(
    app: App, name: str, conversation: ConversationId, to: MessageId | None, given: Mapping[str, str]
) -> Prepared:
    """What a template says in a conversation, by the rules of its channel."""
    row = (await inbox.thread(app.store, app.me, conversation, limit=1)).row
    allows = (await app.limits(row.id)).allows_text
    return await templates.prepare(
        app.store, app.me, name, row.id, to, channel_name=_channel(app, row.channel), allows=allows, given=given
    )


async def prepared_post(app: App, name: str, account: AccountId, given: Mapping[str, str]) -> Prepared:
    """What a template says as a post on an account."""
    row = await accounts.one(app.store, account)
    return await templates.prepare_post(
        app.store, app.me, name, account, channel_name=_channel(app, row.channel), given=given
    )


async def prepared_letter(app: App, name: str, letter: Envelope, given: Mapping[str, str]) -> Prepared:
    """What a template says in a mail that begins a conversation."""
    row = await accounts.one(app.store, letter.account)
    channel = _channel(app, row.channel)
    return await templates.prepare_letter(app.store, app.me, name, letter, channel_name=channel, given=given)


def _channel(app: App, key: str) -> str:
    return str(app.catalogue[key].name) if key in app.catalogue else key


def warning_text(warned: Warned) -> str:
    """What is to be known before a template goes, in sentences; empty where there is nothing."""
    said = _("“{template}” went to {name} already, on {when}.")
    other = _("“{template}” is a text of the social hat, and this conversation is under the community hat.")
    names = {"template": warned.name, "name": warned.said_to}
    found = []
    if warned.said_at is not None:
        found.append(said.format(when=f"{warned.said_at.astimezone():%Y-%m-%d}", **names))
    if warned.promotional:
        found.append(other.format(**names))
    return " ".join(found)
