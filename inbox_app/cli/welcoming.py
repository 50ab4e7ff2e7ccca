"""`welcome`: who is new, welcomed by a template or by hand, and how welcoming goes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import welcoming, writing
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.member_rows import line_json, suggestion_json
from inbox_app.cli.output import Printed, moment, one_line
from inbox_app.cli.queueing import add_time, queued, undo_window
from inbox_app.cli.reader import MEMBER, amount
from inbox_app.cli.templated import add_values, given_values, prepared, warning_text
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import MemberId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.report_words import duration_text
from inbox_app.domain.welcomes import Greeting, Offered, Welcomes
from inbox_app.i18n import _, ngettext
from inbox_app.queries import community, templates


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|figures|reply|done|pass", required=True)
    listed = what.add_parser("list", help=_("newcomers whom nobody has welcomed, the earliest first"))
    figures = what.add_parser("figures", help=_("how many were welcomed, how soon, and how many spoke again"))
    for one, days in ((listed, community.DAYS), (figures, 90)):
        one.add_argument("--days", type=int, default=days, help=_("of how many days ({days})").format(days=days))
    listed.add_argument("--limit", type=amount, default=50, help=_("how many at most (50)"))
    reply = what.add_parser("reply", help=_("welcome a newcomer with a template, where they spoke first"))
    reply.add_argument("member", metavar="ID", help=str(MEMBER))
    reply.add_argument("--template", metavar="NAME", required=True)
    add_values(reply)
    add_time(reply)
    for name, said in (
        ("done", _("say that members are welcomed")),
        ("pass", _("members that are not to be welcomed, like advertisers")),
    ):
        what.add_parser(name, help=said).add_argument("members", metavar="ID", nargs="+", help=str(MEMBER))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.what == "list":
            every = len(await community.waiting(app.store, chosen.days))
            return _listed(await community.offered(app.store, chosen.days, chosen.limit), every)
        if chosen.what == "figures":
            return _figures(await community.welcomes(app.store, chosen.days))
        if chosen.what == "reply":
            return await _reply(app, chosen)
        how = Greeting.WELCOMED if chosen.what == "done" else Greeting.PASSED
        await welcoming.greet(app.store, app.me, [MemberId(one) for one in chosen.members], how)
        told = _("Welcomed: nobody is offered them again. “undo” takes it back.")
        passed = _("Passed over: nobody is offered them again. “undo” takes it back.")
        return Printed({"changed": chosen.members}, told if how is Greeting.WELCOMED else passed)


async def _reply(app: App, chosen: Namespace) -> Printed:
    waiting = await community.newcomers(app.store, 36_500)
    one = next((each for each in waiting if each.member.id == chosen.member and each.debut.is_waiting), None)
    if one is None:
        raise Refused(_("This member is no newcomer who waits to be welcomed."))
    within, to = one.first.conversation, one.first.message
    made = await prepared(app, chosen.template, within, to, given_values(chosen))
    files = await templates.files(app.store, made.family)
    own = [writing.OwnFile(each.name, each.media_type, data, each.description) for each, data in files]
    warned = await templates.warned(app.store, app.me, made.template.id, within, to)
    letter = writing.Letter(template=made.template.id)
    answer = writing.Answer(within, made.filled.text, undo_window(app, chosen), to=to, files=own, letter=letter)
    return queued(await welcoming.welcome(app.store, app.me, one.member.id, answer), chosen, warning_text(warned))


def _listed(found: tuple[Offered, ...], every: int) -> Printed:
    lines = [
        f"{one.newcomer.member.id}  {one_line(one.newcomer.member.name, 28):<28}  "
        f"{one.newcomer.first.conversation}  {one_line(one.newcomer.first.text, 70)}"
        + "".join(f"\n    ≈ {one_line(each.member.name, 28)}  {each.member.id}" for each in one.resembles)
        for one in found
    ]
    if every > len(found):
        more = ngettext("{count} more waits: --limit.", "{count} more wait: --limit.", every - len(found))
        lines.append(more.format(count=every - len(found)))
    return Printed([_json(one) for one in found], "\n".join(lines) or _("Everybody has been welcomed."))


def _json(one: Offered) -> JsonObject:
    first = one.newcomer.first
    return {
        "member": line_json(one.newcomer.member),
        "conversation": first.conversation,
        "message": str(first.message),
        "channel": first.channel,
        "said_at": moment(first.said_at),
        "text": first.text,
        "resembles": [suggestion_json(each) for each in one.resembles],
    }


def _figures(found: Welcomes) -> Printed:
    after = "–" if found.hours is None else duration_text(found.hours)
    text = ngettext(
        "{count} newcomer: {welcomed} welcomed, half of them within {time}; {again} spoke again another day.",
        "{count} newcomers: {welcomed} welcomed, half of them within {time}; {again} spoke again another day.",
        found.newcomers,
    )
    document: JsonObject = {
        "newcomers": found.newcomers,
        "welcomed": found.welcomed,
        "hours_to_welcome": found.hours,
        "spoke_again": found.spoke_again,
    }
    said = text.format(count=found.newcomers, welcomed=found.welcomed, time=after, again=found.spoke_again)
    return Printed(document, said)


COMMANDS = {"welcome": Command(_arguments, _run)}
