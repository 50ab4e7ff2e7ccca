"""`rule`: what is done by itself with messages that arrive; tried before it is kept, logged, taken back."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Awaitable, Callable, Mapping

from inbox_app.actions import rules as act
from inbox_app.actions import rules_over_history
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Output, Printed, local, moment, one_line, printable
from inbox_app.cli.reader import amount
from inbox_app.cli.views import filter_help, filter_of
from inbox_app.domain.errors import NotFound
from inbox_app.domain.filter_words import to_words
from inbox_app.domain.filters import to_json
from inbox_app.domain.ids import RuleId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.rules import DryRun, OverHistory, Rule, RuleRun, read_rule_steps
from inbox_app.i18n import _, ngettext
from inbox_app.queries import rules


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="|".join((*_DEEDS, "apply")), required=True)
    what.add_parser("list", help=_("all rules, in the order in which they run"))
    save = what.add_parser(
        "save", help=_("keep a rule; one of that name is replaced"), formatter_class=RawDescriptionHelpFormatter
    )
    _wording(save)
    save.add_argument("--stop", action="store_true", help=_("no later rule runs for a message that this one met"))
    dry = what.add_parser(
        "dry-run",
        help=_("what a rule would have met among the last 1,000 messages"),
        formatter_class=RawDescriptionHelpFormatter,
    )
    _wording(dry)
    for name, about in (
        ("remove", _("forget a rule; what it did stands")),
        ("on", _("switch a rule on")),
        ("off", _("switch a rule off")),
        ("revoke", _("take back everything that a rule did")),
    ):
        what.add_parser(name, help=about).add_argument("name", metavar="NAME")
    over = what.add_parser("apply", help=_("let a rule meet all messages that are there already; stopped, it goes on"))
    over.add_argument("name", metavar="NAME")
    over.add_argument("--dry-run", action="store_true", help=_("only count what it would meet"))
    order = what.add_parser("order", help=_("let rules run in this order; those not named come after"))
    order.add_argument("names", nargs="+", metavar="NAME")
    log = what.add_parser("log", help=_("what rules did, newest first"))
    log.add_argument("name", nargs="?", metavar="NAME")
    log.add_argument("--limit", type=amount, default=200, help=_("how many at most (200)"))


def _wording(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("filter", nargs="*", metavar="FILTER", help=_("when it holds, as text or as JSON"))
    parser.add_argument("--do", action="append", default=[], metavar="STEP", help=_("what it does; may be repeated"))
    parser.epilog = "\n\n".join(
        (
            _(
                "STEP: tag X, untag X, hat community, hat social, assign ID, priority, done, hide, spam\n\n"
                "FILTER is as in “view”, and of the message that arrives:\n"
                "text:WORDS  link  only_emoji  only_mentions  longer:N  shorter:N  (words)\n"
                "first_message (of its member)  member_tag:NAME  hidden\n"
                "unanswered:TIME (12h, 2d, 1w): it meets the message when it has waited so long"
            ),
            filter_help(),
        )
    )


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.what == "apply":
            return await _apply(app, chosen, desk.output)
        return await _DEEDS[chosen.what](app, chosen)


async def _list(app: App, _chosen: Namespace) -> Printed:
    known = await rules.every(app.store)
    return Printed([_json(one) for one in known], "\n".join(map(_text, known)) or _("There is no rule yet."))


async def _switch(app: App, chosen: Namespace) -> Printed:
    return _one(await act.switch(app.store, chosen.name, on=chosen.what == "on"))


async def _remove(app: App, chosen: Namespace) -> Printed:
    gone = await act.remove(app.store, chosen.name)
    return Printed({"removed": gone.id}, _("Rule “{name}” removed.").format(name=gone.name))


async def _log(app: App, chosen: Namespace) -> Printed:
    found = await rules.runs(app.store, chosen.name, chosen.limit)
    return Printed(
        [_run_json(one) for one in found], "\n".join(map(_run_text, found)) or _("No rule did anything yet.")
    )


async def _save(app: App, chosen: Namespace) -> Printed:
    known = await _known(app, chosen.name)
    wanted = Rule(
        known.id if known else RuleId(""),
        chosen.name,
        filter_of(chosen.filter),
        read_rule_steps(chosen.do),
        known.enabled if known else True,
        chosen.stop,
    )
    made = await act.save(app.store, wanted)
    return _one(await rules.named(app.store, made))


async def _dry_run(app: App, chosen: Namespace) -> Printed:
    """Of a rule that is kept by its name alone, of one that is not by its condition."""
    if chosen.filter:
        steps = read_rule_steps(chosen.do or ["done"])
        wanted = act.checked(Rule(RuleId(""), chosen.name, filter_of(chosen.filter), steps))
    else:
        wanted = await rules.named(app.store, chosen.name)
    found = await rules.dry_run(app.store, wanted)
    return Printed(_dry_json(found), _dry_text(found))


async def _apply(app: App, chosen: Namespace, output: Output) -> Printed:
    """Interrupted it ends after a lot: what was done stands, and the next time it goes on there."""

    def tell(far: OverHistory) -> bool:
        if output.as_json:
            output.note(json.dumps({"progress": {"done": far.looked_at, "size": far.all, "met": far.met}}))
        else:
            said = ngettext("{count} of {all} message looked at", "{count} of {all} messages looked at", far.all)
            output.note(said.format(count=far.looked_at, all=far.all))
        return True

    if chosen.dry_run:
        found = await rules_over_history.count(app.store, await rules.named(app.store, chosen.name), tell)
        said = ngettext(
            "It would meet {count} of {all} message.", "It would meet {count} of {all} messages.", found.looked_at
        )
    else:
        found = await rules_over_history.apply(app.store, chosen.name, tell)
        said = ngettext("It met {count} of {all} message.", "It met {count} of {all} messages.", found.looked_at)
    text = said.format(count=found.met, all=found.looked_at)
    return Printed({"looked_at": found.looked_at, "met": found.met}, text)


async def _revoke(app: App, chosen: Namespace) -> Printed:
    count = await act.revoke(app.store, chosen.name)
    text = ngettext("Taken back {count} time.", "Taken back {count} times.", count).format(count=count)
    return Printed({"revoked": count}, text)


async def _order(app: App, chosen: Namespace) -> Printed:
    first = [(await rules.named(app.store, one)).id for one in chosen.names]
    rest = [one.id for one in await rules.every(app.store) if one.id not in first]
    await act.arrange(app.store, [*dict.fromkeys(first), *rest])
    return await _list(app, chosen)


async def _known(app: App, name: str) -> Rule | None:
    try:
        return await rules.named(app.store, name)
    except NotFound:
        return None


def _one(rule: Rule) -> Printed:
    return Printed(_json(rule), _text(rule))


def _json(one: Rule) -> JsonObject:
    return {
        "id": one.id,
        "name": one.name,
        "filter": to_words(one.condition),
        "filter_json": to_json(one.condition),
        "do": [str(step) for step in one.steps],
        "enabled": one.enabled,
        "stop": one.stop,
    }


def _text(one: Rule) -> str:
    steps = ", ".join(map(str, one.steps))
    end = _(" (and stops)") if one.stop else ""
    mark = "●" if one.enabled else "○"
    return f"{mark} {one.id}  {printable(one.name)}: {printable(to_words(one.condition))} → {printable(steps)}{end}"


def _dry_json(found: DryRun) -> JsonObject:
    return {
        "looked_at": found.looked_at,
        "count": found.count,
        "met": [
            {
                "message": str(one.message),
                "conversation": one.conversation,
                "author": one.author,
                "snippet": one.snippet,
                "sent_at": moment(one.sent_at),
            }
            for one in found.met
        ],
    }


def _dry_text(found: DryRun) -> str:
    said = ngettext(
        "It would have met {count} of the last {all} message.",
        "It would have met {count} of the last {all} messages.",
        found.looked_at,
    ).format(count=found.count, all=found.looked_at)
    lines = (f"{local(one.sent_at)}  {one_line(one.author, 24):<24}  {one_line(one.snippet, 70)}" for one in found.met)
    return "\n".join((said, *lines))


def _run_json(one: RuleRun) -> JsonObject:
    return {
        "id": one.id,
        "rule": one.rule,
        "name": one.rule_name,
        "message": str(one.message),
        "conversation": one.conversation,
        "decision": one.operation,
        "at": moment(one.at),
        "undone_at": None if one.undone_at is None else moment(one.undone_at),
    }


def _run_text(one: RuleRun) -> str:
    name = one.rule_name or _("(a rule that is gone)")
    end = _("taken back") if one.undone_at is not None else ""
    return f"{local(one.at)}  {one_line(name, 24):<24}  {one.conversation}  {one_line(one.snippet, 60)}  {end}".rstrip()


_DEEDS: Mapping[str, Callable[[App, Namespace], Awaitable[Printed]]] = {
    "list": _list,
    "save": _save,
    "dry-run": _dry_run,
    "remove": _remove,
    "on": _switch,
    "off": _switch,
    "order": _order,
    "log": _log,
    "revoke": _revoke,
}
COMMANDS = {"rule": Command(_arguments, _run)}
