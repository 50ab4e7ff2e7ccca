"""Keeping rules: tried over what came before they are saved, and everything they did taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.filters import EVERYTHING, for_a_rule
from inbox_app.domain.ids import OperationId, RuleId
from inbox_app.domain.rules import Rule, RuleDeed
from inbox_app.i18n import _
from inbox_app.storage import colleagues, rules, undoing
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

_LOT = 100
"""So many runs are taken back in one transaction: a rule may have met all that there is."""


async def save(store: Store, wanted: Rule) -> RuleId:
    """Keep a rule; without an id it is a new one, after the others.

    Raises:
        WrongUse: it makes no sense; the sentence says what.
        NotFound: it assigns to a colleague who is not there.
    """
    clean = checked(wanted)

    def work(tx: Tx) -> RuleId:
        known = {one.id for one in colleagues.list_colleagues(tx.conn)}
        for step in clean.steps:
            if step.deed is RuleDeed.ASSIGN and step.value not in known:
                raise NotFound(_("There is no colleague {id} in this workspace.").format(id=step.value))
        return rules.put(tx, clean)

    return await store.write(work)


def checked(wanted: Rule) -> Rule:
    """The same rule, if it makes sense.

    Raises:
        WrongUse: it does not.
    """
    name = " ".join(wanted.name.split())
    if not name:
        raise WrongUse(_("Give the rule a name."))
    if wanted.condition == EVERYTHING:
        raise WrongUse(_("Say when the rule holds: without a condition it would meet every message."))
    return replace(wanted, name=name, condition=for_a_rule(wanted.condition))


async def arrange(store: Store, order: Sequence[RuleId]) -> None:
    """Let rules run in this order."""
    await store.write(lambda tx: rules.arrange(tx, order))


async def switch(store: Store, wanted: str, *, on: bool) -> Rule:
    """Switch a rule on or off.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Tx) -> Rule:
        changed = replace(rules.named(tx.conn, wanted), enabled=on)
        rules.put(tx, changed)
        return changed

    return await store.write(work)


async def remove(store: Store, wanted: str) -> Rule:
    """Forget a rule by its id or name; what it did stands.

    Raises:
        NotFound: there is none.
    """

    def work(tx: Tx) -> Rule:
        found = rules.named(tx.conn, wanted)
        rules.remove(tx, found.id)
        return found

    return await store.write(work)


async def revoke(store: Store, wanted: str) -> int:
    """Take back everything that a rule did and nobody took back; how many times that was.

    Raises:
        NotFound: there is none.
    """

    standing = await store.read(lambda conn: rules.standing(conn, rules.named(conn, wanted).id))
    for begin in range(0, len(standing), _LOT):
        await store.write(partial(_take_back, those=standing[begin : begin + _LOT]))
    return len(standing)


def _take_back(tx: Tx, those: Sequence[OperationId]) -> None:
    for one in those:
        undoing.undo_with(tx, one)
    tx.about("rules")
