"""`merge`, `split` and `move`: which messages are one conversation, as a person sees it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import regrouping
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.cli.reader import CONVERSATION
from inbox_app.cli.rows import message_named
from inbox_app.domain.ids import ConversationId
from inbox_app.i18n import _


def _merge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("into", metavar="CONVERSATION", help=_("the one that stays"))
    parser.add_argument("others", nargs="+", metavar="CONVERSATION", help=_("those that go over into it"))


async def _merge(desk: Desk, chosen: Namespace) -> Printed:
    wanted = [ConversationId(one) for one in (chosen.into, *chosen.others)]
    async with desk.open() as app:
        into = await regrouping.merge(app.store, app.me, wanted)
    return Printed({"changed": [into], "conversation": into}, _("Joined: {id}.").format(id=into))


def _split_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
    parser.add_argument("messages", nargs="+", metavar="MESSAGE", help=_("they go with what answers them"))


async def _split(desk: Desk, chosen: Namespace) -> Printed:
    messages = [message_named(one) for one in chosen.messages]
    async with desk.open() as app:
        made = await regrouping.split(app.store, app.me, messages)
    said = _("A conversation of its own now: {id}.").format(id=made)
    return Printed({"changed": [chosen.conversation, made], "conversation": made}, said)


async def _move(desk: Desk, chosen: Namespace) -> Printed:
    messages = [message_named(one) for one in chosen.messages]
    async with desk.open() as app:
        to = await regrouping.move(app.store, app.me, messages, ConversationId(chosen.conversation))
    return Printed({"changed": [to], "conversation": to}, _("Moved to {id}.").format(id=to))


COMMANDS = {
    "merge": Command(_merge_arguments, _merge),
    "split": Command(_split_arguments, _split),
    "move": Command(_split_arguments, _move),
}
