"""Rules run over what arrived, in the transaction that stores it: so each message meets each rule exactly once.

So it is with what was there before and with what has waited long enough: a run and its log are one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import ColleagueId, MessageId, OperationId, OutboxId, new_id
from inbox_app.domain.rules import Rule, RuleDeed, RuleStep, Said
from inbox_app.domain.words import Action, Hat
from inbox_app.storage import acts, operations, rule_history, rules, triage
from inbox_app.storage.operations import Before
from inbox_app.storage.transaction import Tx

UNDO_MS = 60_000
"""How long an act of a rule can be taken back before it leaves: by is waiting for it."""
_KIND = "rule"
_ACTIONS = {RuleDeed.HIDE: Action.HIDE, RuleDeed.SPAM: Action.SPAM}

log = logging.getLogger(__name__)


def rule_over(tx: Tx, added: Collection[MessageId]) -> None:
    """Let the rules at work run over new messages, each seeing what the ones before it did."""
    at_work = [one for one in rules.at_work(tx.conn) if one.waits_ms is None] if added else ()
    left = rules.said_in(tx.conn, added, tx.now) if at_work else []
    for rule in at_work:
        met = rules.Judge(tx.conn, left).met(rule)
        for one in met:
            rules.log(tx, rule.id, one.message, run(tx, rule, one))
        if rule.stop:
            left = [one for one in left if one not in met]


def meet(tx: Tx, rule: Rule, wanted: Collection[MessageId]) -> int:
    """Let one rule run over messages that are there already, each that it has not met; how many it met."""
    said = rules.said_in(tx.conn, rule_history.not_met_by(tx.conn, rule, wanted), tx.now, history=True)
    met = rules.Judge(tx.conn, said).met(rule)
    for one in met:
        rules.log(tx, rule.id, one.message, run(tx, rule, one))
    return len(met)


def run(tx: Tx, rule: Rule, on: Said) -> OperationId | None:
    """Do what a rule says about one message; None where nothing was left to do."""
    recorded, tx.operations = tx.operations, []
    queued: list[OutboxId] = []
    for step in rule.steps:
        try:
            queued += _do(tx, step, on)
        except UserFacingError as no:  # what cannot be done here hinders neither the rest nor the message
            log.info("Rule %s could not %s: %s", rule.id, step.deed, no.code)
    if queued:
        operations.record(tx, rules.BY, _KIND, [on.conversation], Before(acts=queued))
    name = OperationId(new_id())
    did = operations.join(tx, rules.BY, _KIND, [on.conversation], name)
    tx.operations = recorded
    return name if did else None


def _do(tx: Tx, step: RuleStep, on: Said) -> list[OutboxId]:
    within, by = [on.conversation], rules.BY
    match step.deed:
        case RuleDeed.TAG:
            triage.retag(tx, by, within, [step.value], [])
        case RuleDeed.UNTAG:
            triage.retag(tx, by, within, [], [step.value])
        case RuleDeed.HAT:
            triage.wear(tx, by, within, Hat(step.value))
        case RuleDeed.ASSIGN:
            triage.assign(tx, by, within, ColleagueId(step.value))
        case RuleDeed.PRIORITY:
            triage.rank(tx, by, within, 1)
        case RuleDeed.DONE:
            triage.finish(tx, by, within)
        case RuleDeed.HIDE | RuleDeed.SPAM:
            return [acts.do(tx, by, acts.Wanted(on.message, _ACTIONS[step.deed], UNDO_MS))]
    return []
