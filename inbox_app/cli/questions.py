"""`questions`: what members asked and nobody of us answered, what we asked and what came of it, and who helped."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed, local, moment, one_line
from inbox_app.domain.questions import Ledger
from inbox_app.i18n import _, ngettext
from inbox_app.queries import questions


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=90, metavar="N", help=_("ours, and helpers, of so many days (90)"))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        found = await questions.ledger(app.store, chosen.days)
    return Printed(_document(found), _text(found))


def _document(found: Ledger) -> Document:
    return {
        "open": [
            {
                "message": str(one.asked.message),
                "conversation": one.asked.conversation,
                "asked_at": moment(one.asked.said_at),
                "by": one.who,
                "text": one.asked.text,
                "answered_by": [{"message": str(answer), "name": name} for answer, name in one.answers],
            }
            for one in found.open
        ],
        "own": [
            {
                "text": one.text,
                "asked_at": moment(one.asked_at),
                "conversation": one.conversation,
                "message": None if one.message is None else str(one.message),
                "answers": one.answers,
                "people": one.people,
            }
            for one in found.own
        ],
        "helpers": [
            {"member": one.member, "name": one.name, "helped": one.helped, "last": str(one.last.message)}
            for one in found.helpers
        ],
    }


def _text(found: Ledger) -> str:
    lines = [_("Open questions of members")]
    for one in found.open:
        lines.append(f"  {local(one.asked.said_at)}  {one.asked.conversation}  {one_line(one.asked.text, 80)}")
        if one.answers:
            names = ", ".join(dict.fromkeys(name for _id, name in one.answers))
            lines.append("    " + _("answered by {names}").format(names=one_line(names, 60)))
    lines.append(_("Our questions"))
    for mine in found.own:
        answers = ngettext("{count} answer", "{count} answers", mine.answers).format(count=mine.answers)
        lines.append(f"  {local(mine.asked_at)}  {one_line(mine.text, 80)}  {answers}")
    lines.append(_("Helpers to thank"))
    for helper in found.helpers:
        helped = ngettext("{count} question answered", "{count} questions answered", helper.helped)
        lines.append(f"  {helper.member}  {one_line(helper.name, 28):<28}  {helped.format(count=helper.helped)}")
    return "\n".join(lines)


COMMANDS = {"questions": Command(_arguments, _run)}
