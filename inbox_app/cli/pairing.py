"""`member suggest --all`: who may be one person among all members, the surest first."""

from __future__ import annotations

from inbox_app.app import App
from inbox_app.cli.member_rows import ground_json, ground_text, line_json, line_text
from inbox_app.cli.output import Printed
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.pairs import Guess, Guesses, Pair
from inbox_app.i18n import _, ngettext
from inbox_app.queries import pairing

_LOT = 32


async def suggest_pairs(app: App, most: int) -> Printed:
    """So many pairs, all members searched through before."""
    guesses = Guesses()
    async for some in pairing.found(app.store):
        guesses.gather(some)
    shown: list[Pair] = []
    while len(shown) < most and (lot := guesses.take(_LOT) or await _go_on(app, guesses)):
        shown += await pairing.weighed(app.store, lot)
    left = len(guesses) + max(len(shown) - most, 0)
    lines = [_text(one) for one in shown[:most]] or [_("Nobody here seems to be somebody else too.")]
    if left:
        # What speaks against them was not looked for yet.
        lines.append(
            ngettext("At most {count} more: --limit.", "At most {count} more: --limit.", left).format(count=left)
        )
    return Printed({"pairs": [_json(one) for one in shown[:most]], "left": left}, "\n".join(lines))


async def _go_on(app: App, guesses: Guesses) -> tuple[Guess, ...]:
    """The next, where more are alike than are found at once."""
    guesses.gather(await pairing.more(app.store, guesses.taken))
    return guesses.take(_LOT)


def _json(one: Pair) -> JsonObject:
    return {
        "member": line_json(one.whole),
        "other": line_json(one.part),
        "weight": one.weight,
        "reasons": [ground_json(ground) for ground in one.grounds],
    }


def _text(one: Pair) -> str:
    return "\n".join([line_text(one.whole), line_text(one.part), *map(ground_text, one.grounds)])
