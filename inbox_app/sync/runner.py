"""The runner: one account's pulling, which wakes by timer, nudge or wish and never stops another account's.

Forward pulls come first; between them history is loaded page by page. Whatever a connector does, the outcome is a
cursor in the database, an account with a sentence beside it, and a time to try again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from inbox_app.contract.connector import Connector, CountsRemote, Listens, LoadsOlder
from inbox_app.contract.errors import BadAnswer, Busy, NotSent, Offline, SignInNeeded
from inbox_app.contract.remote import Batch
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import in_ms
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from inbox_app.ingest.ingest import Ingested, ingest_batch
from inbox_app.storage import accounts, ledger, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.errors import StorageError
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.clock import Clock, now_ms, wait_until
from inbox_app.sync.crash_points import CrashPoint, reach
from inbox_app.sync.links import Link
from inbox_app.sync.notices import Notice, NoticeKind, Tell
from inbox_app.sync.pace import Chance, Failures, jittered, no_sooner
from inbox_app.sync.report import AccountReport

log = logging.getLogger(__name__)
T = TypeVar("T")

PULL_DEADLINE = 120.0
"""Seconds one page may take."""
PAGES_A_TURN = 50
"""Pages pulled before history gets its turn and the stop is looked at."""
MOST_PAGES = 20_000
"""Pages after which a service that still has more is not believed any more."""
COUNT_EVERY = timedelta(hours=6)
_BUSY_PAUSE = timedelta(minutes=1)


class Runner:
    """One per account, for as long as it is active."""

    def __init__(self, link: Link, store: Store, clock: Clock, poll: timedelta, chance: Chance, tell: Tell) -> None:
        self.account: AccountId = link.account
        self._link = link
        self._store = store
        self._clock = clock
        self._poll = poll
        self._chance = chance
        self._tell = tell
        self._wake = asyncio.Event()
        self._turns = asyncio.Lock()
        self._failures = Failures()
        self._pull_at = 0
        self._listening: asyncio.Task[None] | None = None
        self._listening_to: Connector | None = None

    def nudge(self) -> None:
        """Something may be new: pull now, unless the service asked us to wait."""
        self._pull_at = 0
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Pull for ever; ends after `stop` is set (nudge after setting it), or when the account is not active."""
        try:
            while not stop.is_set():
                self._wake.clear()
                async with self._turns:
                    pause = await self._turn()
                if pause is None:
                    return
                await wait_until(self._clock, self._wake, pause.total_seconds())
        finally:
            self._stop_listening()

    async def sync_once(self) -> AccountReport:
        """Pull until there is no more, history included as far as it was asked for."""
        report, error = AccountReport(self.account), ""
        async with self._turns:
            try:
                report = await self._pull_all(report)
            except Exception as failure:  # noqa: BLE001  # one account's failure stays its own
                await self._failed(failure)
                error = sentence_of(failure)
        gaps = await self._store.read(partial(ledger.open_gaps, account=self.account))
        return AccountReport(self.account, report.new, report.updated, report.removed, gaps=len(gaps), error=error)

    async def _pull_all(self, report: AccountReport) -> AccountReport:
        waiting = await self._must_wait()
        if waiting:
            raise Busy(_("The service asked us to wait before the next request."), retry_after=waiting)
        pages = 0
        for load in (self._pull_page, self._older_page):
            more = True
            while more:
                pages += 1
                if pages > MOST_PAGES:
                    raise _endless()
                got, more = await load()
                report = report.plus(got.new, got.updated, got.removed)
        await self._count_remote(again=True)
        await self._worked(self._next_pull())
        return report

    # --- one turn ---------------------------------------------------------------------------------------------------

    async def _turn(self) -> timedelta | None:
        """Do what is due; how long to wait, None when the account does not work any more."""
        try:
            account = await self._read_account()
            if account.state is not AccountState.ACTIVE:
                return None
            return await self._must_wait() or await self._work(account)
        except Exception as error:  # noqa: BLE001  # one account's failure stays its own
            return await self._failed(error)

    async def _work(self, account: Account) -> timedelta:
        more = False
        if now_ms(self._clock) >= self._pull_at:
            more = await self._pull_forward(account)
        if not more:
            more = await self._load_history(account)
        await self._listen()
        return timedelta(0) if more else timedelta(milliseconds=max(self._pull_at - now_ms(self._clock), 0))

    async def _pull_forward(self, account: Account | None) -> bool:
        for _page in range(PAGES_A_TURN):
            got, more = await self._pull_page(account)
            account = None
            if got.new:
                self._tell(Notice(NoticeKind.NEW_MESSAGES, account=self.account, count=got.new))
            if not more:
                self._pull_at = self._next_pull()
                await self._worked(self._pull_at)
                await self._count_remote()
                return False
        return True

    async def _load_history(self, account: Account) -> bool:
        if account.older_done or not await self._has_history():
            return False
        _got, more = await self._older_page()
        if not more:
            await self._count_remote(again=True)
        return more

    async def _has_history(self) -> bool:
        async with self._link.talk() as talk:
            return isinstance(talk.connector, LoadsOlder)

    async def _pull_page(self, account: Account | None = None) -> tuple[Ingested, bool]:
        """From where the account was left, read anew where nobody has just done so."""
        cursor, asked_at = (account or await self._read_account()).cursor, self._store.now()
        async with self._link.talk() as talk:
            batch = await _in_time(talk.connector.pull(cursor))
        _refuse_standstill(batch, cursor)
        if not batch.events and batch.cursor == cursor:
            return Ingested(), False  # As most pulls are, at every account and every minute: nothing is written.
        return await self._ingest(batch, asked_at), batch.more

    async def _older_page(self) -> tuple[Ingested, bool]:
        account, asked_at = await self._read_account(), self._store.now()
        if account.older_done:
            return Ingested(), False
        async with self._link.talk() as talk:
            if not isinstance(talk.connector, LoadsOlder):
                return Ingested(), False
            batch = await _in_time(talk.connector.load_older(account.older_cursor))
        _refuse_standstill(batch, account.older_cursor)
        return await self._ingest(batch, asked_at, older=True), batch.more

    async def _ingest(self, batch: Batch, asked_at: int, *, older: bool = False) -> Ingested:
        reach(CrashPoint.INGESTING)
        got = await ingest_batch(self._store, self.account, batch, older=older, asked_at=asked_at)
        reach(CrashPoint.INGESTED)
        return got

    async def _count_remote(self, *, again: bool = False) -> None:
        """Let the service count for the ledger: now and then, and `again` when both sides should agree."""
        async with self._link.talk() as talk:
            if not isinstance(talk.connector, CountsRemote) or (not again and await self._was_counted()):
                return
            try:
                counts = await _in_time(talk.connector.count_remote())
            except (NotSent, BadAnswer) as failure:
                log.info("Account %s could not be counted: %s", self.account, failure)
                return
            counts_deleted = talk.connector.counts_deleted
        places = tuple((one.place, one.messages) for one in counts)
        await self._store.write(
            partial(ledger.put_remote_counts, account=self.account, counts=places, counts_deleted=counts_deleted)
        )

    async def _was_counted(self) -> bool:
        last = await self._store.read(partial(ledger.last_count, account=self.account))
        return last is not None and now_ms(self._clock) - last < in_ms(COUNT_EVERY)

    # --- how it went ------------------------------------------------------------------------------------------------

    async def _must_wait(self) -> timedelta | None:
        now = now_ms(self._clock)
        until = (await self._link.pace()).may_read_at(now)
        return timedelta(milliseconds=until - now) if until > now else None

    def _next_pull(self) -> int:
        return now_ms(self._clock) + in_ms(jittered(self._poll, self._chance))

    async def _worked(self, next_pull: int) -> None:
        self._failures.over()
        await self._store.write(partial(_note_success, account=self.account, next_poll=next_pull))
        await self._link.keep_pace()

    async def _failed(self, error: Exception) -> timedelta | None:
        """Write down what is wrong; how long to wait, None when a person must sign in first."""
        if not isinstance(error, UserFacingError):
            log.error("Account %s failed", self.account, exc_info=error)
        pause = await self._pause_for(error)
        self._pull_at = now_ms(self._clock) + in_ms(pause)
        self._stop_listening()
        try:
            await self._link.keep_pace()
            await self._store.write(self._writes_down(error))
        except StorageError as broken:
            log.warning("Account %s: %s", self.account, broken)
        if not isinstance(error, StorageError):
            await self._link.close()
        return None if isinstance(error, SignInNeeded) else pause

    def _writes_down(self, error: Exception) -> Callable[[Tx], None]:
        sentence = sentence_of(error)
        if isinstance(error, SignInNeeded):
            self._tell(Notice(NoticeKind.SIGN_IN_NEEDED, sentence, self.account))
            return partial(accounts.need_sign_in, wanted=self.account, sentence=sentence)
        code = error.code if isinstance(error, UserFacingError) else "fault"
        return partial(
            accounts.note_failure, wanted=self.account, sentence=sentence, code=code, next_poll=self._pull_at
        )

    async def _pause_for(self, error: Exception) -> timedelta:
        if not isinstance(error, Busy):
            return self._failures.again(self._chance)
        pause = no_sooner(error.retry_after or _BUSY_PAUSE, self._chance)
        (await self._link.pace()).wait_until(now_ms(self._clock) + in_ms(pause))
        return pause

    async def _read_account(self) -> Account:
        return await self._store.read(partial(accounts.get, wanted=self.account))

    # --- listening --------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Hear nudges from the connector that is open now."""
        async with self._link.talk() as talk:
            connector = talk.connector
        if connector is self._listening_to or not isinstance(connector, Listens):
            return
        self._stop_listening()
        self._listening_to = connector
        self._listening = asyncio.create_task(self._hear(connector))

    async def _hear(self, connector: Listens) -> None:
        failures = Failures()
        while True:
            try:
                async for _nudge in connector.listen():
                    failures.over()
                    self.nudge()
            except Exception as error:  # noqa: BLE001  # the timer still pulls; hearing is tried again
                log.info("Account %s does not hear: %s", self.account, type(error).__name__)
            await self._clock.sleep(failures.again(self._chance).total_seconds())

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self._listening = self._listening_to = None


def sentence_of(error: Exception) -> str:
    """What a person reads beside the account."""
    if isinstance(error, UserFacingError):
        return error.message
    return _("Something in this account's answers could not be worked on. It is tried again; the log says more.")


async def _in_time(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(PULL_DEADLINE):
            return await call
    except TimeoutError as late:
        raise Offline(_("The service did not answer in time.")) from late


def _refuse_standstill(batch: Batch, before: JsonObject | None) -> None:
    if batch.more and batch.cursor == before:
        raise BadAnswer(_("The service keeps saying that there is more, and gives nothing new."))


def _endless() -> BadAnswer:
    return BadAnswer(_("The service gives one page after the other without an end."))


def _note_success(tx: Tx, account: AccountId, next_poll: int) -> None:
    ledger.end_silence(tx, account, accounts.get(tx.conn, account).last_success)
    accounts.note_success(tx, account, next_poll=next_poll)
    outbox.hasten(tx, account, Offline.code)
