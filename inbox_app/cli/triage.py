"""`done`, `reopen`, `read`, `tag`, `snooze`, `hat`, `priority`, `assign`, `undo`: decisions, each undoable."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import datetime

from inbox_app.actions import triage
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, local, moment
from inbox_app.cli.reader import CONVERSATION
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, OperationId
from inbox_app.domain.when import parse_when
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, lazy_gettext, ngettext
from inbox_app.settings import local_zone

Change = Callable[[App, Namespace], Awaitable[triage.Changed]]
NOBODY = "nobody"
WHEN = lazy_gettext("a moment: “in 3 days”, “fri 9”, “domani alle 9”, or 2026-12-31T09:00")


def _count_text(changed: triage.Changed) -> str:
    if not changed:
        return _("It is so already, so nothing was changed.")
    text = ngettext("{count} conversation changed.", "{count} conversations changed.", len(changed))
    return text.format(count=len(changed))


def _decision(configure: Callable[[ArgumentParser], None], change: Change) -> Command:
    async def run(desk: Desk, chosen: Namespace) -> Printed:
        async with desk.open() as app:
            changed = await change(app, chosen)
        return Printed({"changed": list(changed)}, _count_text(changed))

    return Command(configure, run)


def _several(parser: ArgumentParser) -> None:
    parser.add_argument("conversations", nargs="+", metavar="CONVERSATION", help=str(CONVERSATION))


def _ids(chosen: Namespace) -> list[ConversationId]:
    return [ConversationId(one) for one in chosen.conversations]


def _one(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))


def _tag_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.prefix_chars = ""
    parser.add_argument("tags", nargs="+", metavar="+T|-T", help=_("+name puts a tag on, -name takes it off"))


def _retag(app: App, chosen: Namespace) -> Awaitable[triage.Changed]:
    wrong = [word for word in chosen.tags if word[:1] not in "+-" or len(word) < 2]
    if wrong:
        raise WrongUse(_("“{word}” is neither +tag nor -tag.").format(word=wrong[0]))
    put = [word[1:] for word in chosen.tags if word.startswith("+")]
    take = [word[1:] for word in chosen.tags if word.startswith("-")]
    return triage.retag(app.store, app.me, [ConversationId(chosen.conversation)], put=put, take=take)


def _snooze_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("when", nargs="+", metavar="WHEN", help=str(WHEN))
    parser.add_argument("--regardless", action="store_true", help=_("stay hidden even when something new arrives"))


def _moment(words: str, now: datetime) -> datetime:
    found = parse_when(words, now)
    if found is None:
        raise WrongUse(
            _("“{when}” is not understood. Write “in 3 days”, “fri 9” or 2026-12-31T09:00.").format(when=words)
        )
    if found <= now:
        raise WrongUse(_("{when} is past already. Name a moment to come.").format(when=local(found)))
    return found


async def _snooze(desk: Desk, chosen: Namespace) -> Printed:
    zone = local_zone()
    async with desk.open() as app:
        until = _moment(" ".join(chosen.when), app.clock.now().astimezone(zone))
        ids = [ConversationId(chosen.conversation)]
        changed = await triage.snooze(app.store, app.me, ids, until, regardless=chosen.regardless)
    told = _("Hidden until {when} ({zone}).").format(when=f"{until:%a %Y-%m-%d %H:%M}", zone=zone.key)
    document = {"changed": [*changed], "until": moment(until), "zone": zone.key}
    return Printed(document, f"{_count_text(changed)} {told}")


def _hat_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("hat", choices=[hat.value for hat in Hat])


def _priority_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("priority", choices=["on", "off"])


def _assign_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("colleague", metavar="COLLEAGUE", help=_("a colleague's id, or “nobody”"))


def _assign(app: App, chosen: Namespace) -> Awaitable[triage.Changed]:
    to = None if chosen.colleague == NOBODY else ColleagueId(chosen.colleague)
    return triage.assign(app.store, app.me, [ConversationId(chosen.conversation)], to)


def _undo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("decision", nargs="?", metavar="DECISION", help=_("one that “history” lists; else the last"))


async def _undo(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.decision is None:
            changed = await triage.undo(app.store, app.me)
        else:
            changed = await triage.undo_one(app.store, OperationId(chosen.decision))
    # What was decided about people changes no conversation.
    return Printed({"changed": list(changed)}, _count_text(changed) if changed else _("Taken back."))


COMMANDS = {
    "done": _decision(_several, lambda app, chosen: triage.finish(app.store, app.me, _ids(chosen))),
    "reopen": _decision(_several, lambda app, chosen: triage.reopen(app.store, app.me, _ids(chosen))),
    "read": _decision(_several, lambda app, chosen: triage.mark_read(app.store, app.me, _ids(chosen))),
    "unread": _decision(_several, lambda app, chosen: triage.mark_unread(app.store, app.me, _ids(chosen))),
    "tag": _decision(_tag_arguments, _retag),
    "snooze": Command(_snooze_arguments, _snooze),
    "hat": _decision(
        _hat_arguments,
        lambda app, chosen: triage.wear(app.store, app.me, [ConversationId(chosen.conversation)], Hat(chosen.hat)),
    ),
    "priority": _decision(
        _priority_arguments,
        lambda app, chosen: triage.rank(
            app.store, app.me, [ConversationId(chosen.conversation)], important=chosen.priority == "on"
        ),
    ),
    "assign": _decision(_assign_arguments, _assign),
    "undo": Command(_undo_arguments, _undo),
}
