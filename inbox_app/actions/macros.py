"""What a template does besides its words: noted as used, and its steps done with the conversation, undone together."""

from __future__ import annotations

from datetime import datetime

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, OperationId, OutboxId, TemplateId, new_id
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.domain.when import parse_when
from inbox_app.domain.words import Hat
from inbox_app.i18n import _
from inbox_app.settings import local_zone
from inbox_app.storage import colleagues, conversations, operations, template_uses, templates, triage
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

_KIND = "macro"
NOBODY, MYSELF = "nobody", "me"


async def perform(store: Store, me: ColleagueId, of: TemplateId, wanted: ConversationId) -> tuple[Step, ...]:
    """Do the steps of a template without its words; returns them.

    Raises:
        NotFound: there is no such template or conversation, or a step names a colleague who is not there.
        WrongUse: the template has no steps.
    """

    def work(tx: Tx) -> tuple[Step, ...]:
        steps = templates.family_named(tx.conn, me, of).first.steps
        if not steps:
            raise WrongUse(_("This template does nothing by itself: it has no steps."))
        within = conversations.surviving(tx.conn, wanted)
        _do(tx, me, steps, within, OperationId(new_id()))
        return steps

    return await store.write(work)


def go_along(
    tx: Tx,
    me: ColleagueId,
    of: TemplateId,
    act: OutboxId,
    within: ConversationId | None,
    person: MemberId | None = None,
) -> None:
    """A text made from a template was queued: note it, and do the template's steps; taken back with the text."""
    first = templates.first_of(tx.conn, of)
    if first is None:
        return
    template_uses.record(tx, of, act, person)
    if within is not None:
        _do(tx, me, first.steps, within, OperationId(act))


def finish_along(tx: Tx, me: ColleagueId, act: OutboxId, within: ConversationId) -> None:
    """The conversation is done with what was queued, and with the template's steps taken back with it."""
    tx.operations.clear()
    triage.finish(tx, me, [within])
    operations.grow(tx, me, [within], OperationId(act))


def _do(tx: Tx, me: ColleagueId, steps: tuple[Step, ...], within: ConversationId, name: OperationId) -> None:
    tx.operations.clear()
    for step in steps:
        _do_one(tx, me, step, within)
    operations.join(tx, me, _KIND, [within], name)


def _do_one(tx: Tx, me: ColleagueId, step: Step, within: ConversationId) -> None:
    match step.deed:
        case Deed.TAG:
            triage.retag(tx, me, [within], [step.value], [])
        case Deed.UNTAG:
            triage.retag(tx, me, [within], [], [step.value])
        case Deed.DONE:
            triage.finish(tx, me, [within])
        case Deed.SNOOZE:
            triage.snooze(tx, me, [within], _moment(step.value, from_ms(tx.now)), regardless=False)
        case Deed.ASSIGN:
            triage.assign(tx, me, [within], _colleague(tx, me, step.value))
        case Deed.HAT:
            triage.wear(tx, me, [within], Hat(step.value))
        case Deed.SEND | Deed.NEXT:
            pass  # the window's part


def _moment(words: str, now: datetime) -> int:
    found = parse_when(words, now.astimezone(local_zone()))
    if found is None or found <= now:
        raise WrongUse(_("“{when}” in this template is no moment to come. Nothing was sent.").format(when=words))
    return to_ms(found)


def _colleague(tx: Tx, me: ColleagueId, named: str) -> ColleagueId | None:
    wanted = named.casefold()
    if wanted == NOBODY:
        return None
    if wanted in (MYSELF, me.casefold()):
        return me
    for one in colleagues.list_colleagues(tx.conn):
        if one.left_at is None and wanted in (one.id.casefold(), one.name.casefold()):
            return one.id
    raise NotFound(
        _("The template assigns to {name}, who is not in this workspace. Nothing was sent.").format(name=named)
    )
