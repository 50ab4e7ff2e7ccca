"""`done`, `reopen`, `read`, `unread`, `tag`, `snooze`, `hat`, `assign`, `undo`: decisions that can be taken back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import datetime

from inbox_app.actions import triage
from inbox_app.app import App
from inbox_app.cli.command import Command, nothing
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, local
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, ngettext

Change = Callable[[App, Namespace], Awaitable[triage.Changed]]
NOBODY = "nobody"


def _count_text(changed: triage.Changed, _chosen: Namespace) -> str:
    text = ngettext("{count} conversation changed.", "{count} conversations changed.", len(changed))
    return text.format(count=len(changed))


def _decision(
    configure: Callable[[ArgumentParser], None],
    change: Change,
    tell: Callable[[triage.Changed, Namespace], str] = _count_text,
) -> Command:
    async def run(desk: Desk, chosen: Namespace) -> Printed:
        async with desk.open() as app:
            changed = await change(app, chosen)
        return Printed({"changed": list(changed)}, tell(changed, chosen))

    return Command(configure, run)


def _several(parser: ArgumentParser) -> None:
    parser.add_argument("conversations", nargs="+", metavar="CONVERSATION")


def _ids(chosen: Namespace) -> list[ConversationId]:
    return [ConversationId(one) for one in chosen.conversations]


def _one(parser: ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION")


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
    parser.add_argument("when", metavar="WHEN", help=_("a moment in ISO 8601, local unless it names a zone"))
    parser.add_argument("--regardless", action="store_true", help=_("stay hidden even when something new arrives"))


def _moment(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words).astimezone()
    except (ValueError, OverflowError) as bad:
        raise WrongUse(_("“{when}” is not understood. Write it as 2026-12-31T09:00.").format(when=words)) from bad


def _snooze(app: App, chosen: Namespace) -> Awaitable[triage.Changed]:
    until = _moment(chosen.when)
    if until <= app.clock.now():
        raise WrongUse(_("{when} is past already. Name a moment to come.").format(when=local(until)))
    ids = [ConversationId(chosen.conversation)]
    return triage.snooze(app.store, app.me, ids, until, regardless=chosen.regardless)


def _snoozed_text(changed: triage.Changed, chosen: Namespace) -> str:
    until = _("Hidden until {when}.").format(when=local(_moment(chosen.when)))
    return f"{_count_text(changed, chosen)} {until}"


def _hat_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("hat", choices=[hat.value for hat in Hat])


def _assign_arguments(parser: ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("colleague", metavar="COLLEAGUE", help=_("a colleague's id, or “nobody”"))


def _assign(app: App, chosen: Namespace) -> Awaitable[triage.Changed]:
    to = None if chosen.colleague == NOBODY else ColleagueId(chosen.colleague)
    return triage.assign(app.store, app.me, [ConversationId(chosen.conversation)], to)


COMMANDS = {
    "done": _decision(_several, lambda app, chosen: triage.finish(app.store, app.me, _ids(chosen))),
    "reopen": _decision(_several, lambda app, chosen: triage.reopen(app.store, app.me, _ids(chosen))),
    "read": _decision(_several, lambda app, chosen: triage.mark_read(app.store, app.me, _ids(chosen))),
    "unread": _decision(_several, lambda app, chosen: triage.mark_unread(app.store, app.me, _ids(chosen))),
    "tag": _decision(_tag_arguments, _retag),
    "snooze": _decision(_snooze_arguments, _snooze, _snoozed_text),
    "hat": _decision(
        _hat_arguments,
        lambda app, chosen: triage.wear(app.store, app.me, [ConversationId(chosen.conversation)], Hat(chosen.hat)),
    ),
    "assign": _decision(_assign_arguments, _assign),
    "undo": _decision(nothing, lambda app, _chosen: triage.undo(app.store, app.me)),
}
