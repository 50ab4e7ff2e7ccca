"""The sender: takes what is due in the outbox to the services, never twice, never silently lost.

Accounts go side by side, the acts of one account one after the other. What is in doubt is due again when its time
has come, and what follows a delivery likewise: the outbox is the only memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from inbox_app.contract.acts import Act, CannotTell, Finding, Receipt
from inbox_app.contract.connector import FindsSent, FinishesSent
from inbox_app.contract.errors import Busy
from inbox_app.domain.ids import AccountId
from inbox_app.domain.timecode import from_ms, in_ms
from inbox_app.domain.words import OutboxState
from inbox_app.i18n import _
from inbox_app.storage import accounts, acts, outbox
from inbox_app.storage.errors import StorageError
from inbox_app.storage.leases import LeaseLost, require_lease
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync import policy as policies
from inbox_app.sync.acts import ReadBlob, act_of, from_stored, to_stored
from inbox_app.sync.clock import Clock, now_ms, wait_until
from inbox_app.sync.crash_points import CrashPoint, reach
from inbox_app.sync.links import Link, Links, Talk
from inbox_app.sync.notices import Notice, NoticeKind, Tell
from inbox_app.sync.pace import Chance, no_sooner, pause_after
from inbox_app.sync.policy import Next, Outcome, Policy, policy_of
from inbox_app.sync.verbs import freeze, perform

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_DEADLINE = 120.0
"""Seconds one look may take; how long a try and a finish may take is the connector's to say."""
GRACE = 10.0
"""Seconds that what is on its way is given when the program ends."""
_BUSY_PAUSE = timedelta(minutes=1)
"""Where a service asks to wait and names no time."""
_SHORTEST_LOOK, _LONGEST_LOOK = timedelta(seconds=5), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Desk:
    """This program at work: the name in its claims, and the fencing number of its lease on an account."""

    name: str
    fence: Callable[[AccountId], Awaitable[int | None]]
    """None where no other desk can be at work. Raises `LeaseLost` where this one must not act for the account."""


class Sender:
    """One per engine. `sent` counts the deliveries since it was made, `not_sent` what was refused."""

    def __init__(
        self, store: Store, links: Links, clock: Clock, desk: Desk, read_blob: ReadBlob, chance: Chance, tell: Tell
    ) -> None:
        self.sent: Counter[AccountId] = Counter()
        self.not_sent: Counter[AccountId] = Counter()
        self._store = store
        self._links = links
        self._clock = clock
        self._desk = desk
        self._read_blob = read_blob
        self._chance = chance
        self._tell = tell
        self._wake = asyncio.Event()
        self._working: dict[AccountId, asyncio.Task[None]] = {}
        self._turns: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def nudge(self) -> None:
        """Something may be due: look now."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set (nudge after setting it), then give what is on its way a little time."""
        try:
            while not stop.is_set():
                self._wake.clear()
                await wait_until(self._clock, self._wake, await self._start_due())
            if self._working:
                await asyncio.wait(self._working.values(), timeout=GRACE)
        finally:
            await self._end_all()

    async def _end_all(self) -> None:
        """Whoever comes after us as the engine must find that we send nothing any more."""
        ending = tuple(self._working.values())
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending)

    async def send_due(self, account: AccountId) -> None:
        """Work through all that is due in one account, once. Two callers take turns."""
        async with self._turns[account]:
            await self._work_through(account)

    async def _work_through(self, account: AccountId) -> None:
        done: set[tuple[object, ...]] = set()
        while rows := await self._store.read(partial(outbox.due, now=now_ms(self._clock), of=account)):
            fresh = [row for row in rows if _mark(row) not in done]
            if not fresh:
                return
            for row in fresh:
                if _is_cancelled():
                    return
                done.add(_mark(row))
                await self._work(row)

    async def _start_due(self) -> float | None:
        """Start what is due; the seconds until something else will be."""
        now = now_ms(self._clock)
        try:
            rows = await self._store.read(partial(outbox.due, now=now))
            later = await self._store.read(partial(outbox.next_due, now=now))
        except StorageError as broken:
            log.warning("The outbox cannot be read: %s", broken)
            return pause_after(1, self._chance).total_seconds()
        for account in {row.account for row in rows} - self._working.keys():
            task = asyncio.create_task(self.send_due(account))
            self._working[account] = task
            task.add_done_callback(partial(self._ended, account))
        return None if later is None else max((later - now) / 1000, 0)

    def _ended(self, account: AccountId, task: asyncio.Task[None]) -> None:
        self._working.pop(account, None)
        broken = None if task.cancelled() else task.exception()
        if isinstance(broken, LeaseLost):
            log.warning("Sending stopped for account %s: %s", account, broken)
        elif broken is not None:
            log.error("Sending stopped for account %s", account, exc_info=broken)
        else:
            self.nudge()

    # --- one act ----------------------------------------------------------------------------------------------------

    async def _work(self, row: outbox.Outgoing) -> None:
        link = self._links.of(row.account)
        allowed = (await link.pace()).may_send_at(now_ms(self._clock))
        if allowed > now_ms(self._clock):
            await self._put_off(row, allowed, _("The service asked us to wait."), Busy.code)
            return
        try:
            async with link.talk() as talk:
                link.failures.over()
                await self._step(talk, row)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001  # whatever kept us from trying: nothing was sent
            await self._could_not_try(link, row, error)
        await self._commit(link.keep_pace)

    async def _step(self, talk: Talk, row: outbox.Outgoing) -> None:
        match row.state:
            case OutboxState.QUEUED:
                await self._send(talk, row)
            case OutboxState.SENDING:
                await self._settle_doubt(talk, row)
            case _:
                await self._finish(talk, row)

    async def _send(self, talk: Talk, row: outbox.Outgoing) -> None:
        reach(CrashPoint.QUEUED)
        try:
            act = await act_of(row, self._read_blob)
            frozen = row.frozen or freeze(talk.connector, act, talk.identity)
        except Exception as error:  # noqa: BLE001  # nothing was sent, and nothing can be: a person must see it
            await self._cannot_be_prepared(row, error)
            return
        reach(CrashPoint.BEFORE_CLAIM)
        claimed = await self._write(
            row.account, outbox.claim, row.id, frozen, self._desk.name, await self._desk.fence(row.account)
        )
        if claimed is not None:
            reach(CrashPoint.CLAIMED)
            # What was read meanwhile joined the act until it was claimed.
            act = act if claimed.act == row.act else await act_of(claimed, self._read_blob)
            await self._try(talk, claimed, act)

    async def _try(self, talk: Talk, claimed: outbox.Outgoing, act: Act) -> None:
        act = replace(act, attempt=claimed.attempts, first_tried_at=from_ms(claimed.first_tried_at or 0))
        policy = policy_of(talk.connector, claimed.kind)
        await self._desk.fence(claimed.account)
        try:
            async with asyncio.timeout(policy.longest_try.total_seconds()):
                receipt = await perform(talk.connector, act, claimed.frozen)
        except Exception as error:  # noqa: BLE001  # whatever escapes a send and is not `NotSent` may have arrived
            await self._settle(claimed, policy, error)
        else:
            reach(CrashPoint.SENT)
            await self._delivered(talk, claimed, receipt)

    async def _delivered(self, talk: Talk, row: outbox.Outgoing, receipt: Receipt) -> None:
        follows = row.kind.writes_text and isinstance(talk.connector, FinishesSent)
        arrived = partial(acts.settle_delivered, wanted=row.id, receipt=to_stored(receipt), finish=follows)
        # A receipt is proof, whoever works the account now.
        await self._commit(lambda: self._store.write(arrived))
        if not row.is_quiet:
            self.sent[row.account] += 1
            self._tell(Notice(NoticeKind.SENT, account=row.account, conversation=row.conversation))
        reach(CrashPoint.DELIVERED)

    async def _settle(self, claimed: outbox.Outgoing, policy: Policy, error: Exception) -> None:
        sentence, code = policies.sentence_of(error), policies.code_of(error)
        match policies.outcome_of(error):
            case Outcome.WAIT:
                reach(CrashPoint.NOT_SENT)
                until = await self._when_again(claimed.account, claimed.attempts, error)
                await self._write(claimed.account, outbox.settle_retry, claimed, until, sentence, code)
            case Outcome.SIGN_IN:
                reach(CrashPoint.NOT_SENT)
                await self._write(claimed.account, _pause_account, claimed, sentence, code)
                self._tell(Notice(NoticeKind.SIGN_IN_NEEDED, sentence, claimed.account))
            case Outcome.REFUSED:
                reach(CrashPoint.NOT_SENT)
                await self._write(claimed.account, outbox.settle_failed, claimed, sentence, code)
                if not claimed.is_quiet:
                    self.not_sent[claimed.account] += 1
                    self._tell(Notice(NoticeKind.NOT_SENT, sentence, claimed.account, claimed.conversation))
            case Outcome.UNKNOWN:
                reach(CrashPoint.UNSURE)
                log.warning("Whether %s arrived is unknown: %s", claimed.id, type(error).__name__, exc_info=error)
                await self._write(
                    claimed.account, outbox.settle_unsure, claimed, self._when_to_look(claimed, policy), sentence
                )

    # --- in doubt ---------------------------------------------------------------------------------------------------

    async def _settle_doubt(self, talk: Talk, row: outbox.Outgoing) -> None:
        policy, now = policy_of(talk.connector, row.kind), now_ms(self._clock)
        if policies.earliest_look(row, policy) > now:
            await self._put_off(row, policies.earliest_look(row, policy), row.error, outbox.IN_DOUBT)
            return
        act = await act_of(row, self._read_blob)
        step = policies.next_step(row, policy, now)
        finding: Finding = CannotTell()
        if step is Next.LOOK and isinstance(talk.connector, FindsSent):
            reach(CrashPoint.LOOKING)
            finding = await self._look(talk.connector, act, row)
            reach(CrashPoint.FOUND)
            step = policies.after_looking(finding, row, policy, now_ms(self._clock))
            if isinstance(finding, Receipt) and await self._is_of_another(row, finding):
                step = Next.ASK_A_PERSON
        await self._go_on(talk, row, act, step, finding)

    async def _go_on(self, talk: Talk, row: outbox.Outgoing, act: Act, step: Next, finding: Finding) -> None:
        if step is Next.DELIVERED and isinstance(finding, Receipt):
            await self._delivered(talk, row, finding)
        elif step is Next.QUEUE_AGAIN:
            await self._write(row.account, outbox.settle_absent, row)
        elif step is Next.SEND_AGAIN:
            claimed = await self._write(
                row.account, outbox.claim_again, row, self._desk.name, await self._desk.fence(row.account)
            )
            if claimed is not None:
                reach(CrashPoint.CLAIMED_AGAIN)
                await self._try(talk, claimed, act)
        elif step is Next.LOOK_LATER:
            await self._put_off(row, self._when_to_look_again(row), row.error, outbox.IN_DOUBT)
        else:
            sentence = _("Nobody can tell whether this arrived. Look on the service, then decide.")
            await self._write(row.account, outbox.settle_unconfirmed, row, sentence)
            self._tell(Notice(NoticeKind.UNCONFIRMED, sentence, row.account, row.conversation))

    async def _is_of_another(self, row: outbox.Outgoing, found: Receipt) -> bool:
        """Who looks by the words finds the same words that were said before: that is no proof of these."""
        named = found.remote_id
        return named is not None and await self._store.read(partial(outbox.is_of_another, row=row, remote_id=named))

    async def _look(self, connector: FindsSent, act: Act, row: outbox.Outgoing) -> Finding:
        try:
            async with asyncio.timeout(LOOK_DEADLINE):
                return await connector.find_sent(act, row.frozen or b"")
        except Exception as error:  # no answer is no proof; what keeps us from asking is told above
            if policies.outcome_of(error) in (Outcome.WAIT, Outcome.SIGN_IN):
                raise
            return CannotTell()

    # --- afterwards -------------------------------------------------------------------------------------------------

    async def _finish(self, talk: Talk, row: outbox.Outgoing) -> None:
        if isinstance(talk.connector, FinishesSent) and row.receipt is not None:
            act = await act_of(row, self._read_blob)
            try:
                async with asyncio.timeout(policy_of(talk.connector, row.kind).longest_try.total_seconds()):
                    await talk.connector.finish_sent(act, row.frozen or b"", from_stored(row.receipt))
            except Exception as error:  # noqa: BLE001  # the delivery stands; this step is repeated until it returns
                pause = pause_after(row.finish_attempts + 1, self._chance)
                await self._write(
                    row.account, outbox.finish_later, row.id, self._after(pause), policies.sentence_of(error)
                )
                return
        reach(CrashPoint.FINISHED)
        await self._write(row.account, outbox.finish_done, row.id)

    # --- waiting ----------------------------------------------------------------------------------------------------

    async def _could_not_try(self, link: Link, row: outbox.Outgoing, error: Exception) -> None:
        sentence, code = policies.sentence_of(error), policies.code_of(error)
        # Only one task sends for an account: what still counts as being sent was interrupted by this very error.
        await self._write(row.account, outbox.doubt_the_interrupted, row.account)
        if policies.outcome_of(error) is Outcome.SIGN_IN:
            await self._write(row.account, accounts.need_sign_in, row.account, sentence)
            self._tell(Notice(NoticeKind.SIGN_IN_NEEDED, sentence, row.account))
            return
        if policies.outcome_of(error) is not Outcome.WAIT:
            log.warning("Account %s cannot send: %s", row.account, type(error).__name__, exc_info=error)
        link.failures.count += 1
        until = await self._when_again(row.account, link.failures.count, error)
        await self._put_off(row, until, sentence, code)

    async def _cannot_be_prepared(self, row: outbox.Outgoing, error: Exception) -> None:
        log.warning("%s cannot be prepared: %s", row.id, type(error).__name__, exc_info=error)
        claimed = await self._write(
            row.account, outbox.claim, row.id, None, self._desk.name, await self._desk.fence(row.account)
        )
        if claimed is None:
            return
        known = policies.outcome_of(error) is Outcome.REFUSED
        sentence = policies.sentence_of(error) if known else _("This could not be prepared for sending.")
        await self._write(claimed.account, outbox.settle_failed, claimed, sentence, "not_prepared")
        self.not_sent[claimed.account] += not claimed.is_quiet
        self._tell(Notice(NoticeKind.NOT_SENT, sentence, row.account, row.conversation))

    async def _when_again(self, account: AccountId, failures: int, error: Exception) -> int:
        if not isinstance(error, Busy):
            return self._after(pause_after(failures, self._chance))
        until = self._after(no_sooner(error.retry_after or _BUSY_PAUSE, self._chance))
        (await self._links.of(account).pace()).wait_until(until)
        return until

    def _when_to_look(self, row: outbox.Outgoing, policy: Policy) -> int:
        again = not policy.can_find or row.attempts > 1
        pause = pause_after(row.attempts, self._chance) if again else timedelta(0)
        return self._after(max(policy.settle_time, pause))

    def _when_to_look_again(self, row: outbox.Outgoing) -> int:
        """Twice as long after the try each time."""
        so_far = timedelta(milliseconds=now_ms(self._clock) - (row.tried_at or 0))
        return self._after(no_sooner(min(max(so_far, _SHORTEST_LOOK), _LONGEST_LOOK), self._chance))

    async def _put_off(self, row: outbox.Outgoing, until: int, sentence: str, code: str) -> None:
        if row.state is OutboxState.DELIVERED:
            await self._write(row.account, outbox.finish_later, row.id, until, sentence)
        else:
            await self._write(row.account, outbox.put_off, row, until, sentence, code)

    def _after(self, pause: timedelta) -> int:
        return now_ms(self._clock) + in_ms(pause)

    # --- writing down -----------------------------------------------------------------------------------------------

    async def _write(self, account: AccountId, step: Callable[..., T], *args: object, **named: object) -> T:
        """One step of the outbox, while the account is ours."""
        fence = await self._desk.fence(account)

        def fenced(tx: Tx) -> T:
            if fence is not None:
                require_lease(tx, account, self._desk.name, fence)
            return step(tx, *args, **named)

        return await self._commit(lambda: self._store.write(fenced))

    async def _commit(self, write: Callable[[], Awaitable[T]]) -> T:
        """A disk that is full for the moment must not make us forget what happened."""
        failures = 0
        while True:
            try:
                return await write()
            except LeaseLost:
                raise
            except StorageError as broken:
                failures += 1
                log.warning("The outbox cannot be written: %s", broken)
                await self._clock.sleep(pause_after(failures, self._chance).total_seconds())


def _is_cancelled() -> bool:
    """Whether we were told to end, also where a connector made a `NotSent` of it to say what it knows."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _mark(row: outbox.Outgoing) -> tuple[object, ...]:
    return row.id, row.state, row.attempts, row.finish_attempts, row.retry_at


def _pause_account(tx: Tx, claimed: outbox.Outgoing, sentence: str, code: str) -> None:
    outbox.settle_retry(tx, claimed, None, sentence, code)
    accounts.need_sign_in(tx, claimed.account, sentence)
