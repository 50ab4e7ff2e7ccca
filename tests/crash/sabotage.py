"""Guards taken out on purpose, to see that the judge notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from unittest import mock

from inbox_app.contract.remote import Batch
from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.ingest import ingest
from inbox_app.ingest.ingest import Ingested
from inbox_app.storage import accounts, outbox, schema
from inbox_app.storage.outbox import Outgoing, sending
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.crash_points import CrashPoint, reach


def take_out(guard: str | None) -> None:
    """Take one guard out for the rest of this process's life."""
    if guard is not None:
        GUARDS[guard]()


def _claim() -> None:
    """The row stays queued until the receipt comes."""

    def no_claim(tx: Tx, wanted: OutboxId, frozen: bytes | None, claimed_by: str, fence: int | None = None) -> Outgoing:
        row = outbox.get(tx.conn, wanted)
        table = schema.outbox
        tx.conn.execute(table.update().where(table.c.id == wanted).values(frozen=row.frozen or frozen))
        return replace(row, frozen=row.frozen or frozen, attempts=row.attempts + 1)

    mock.patch.object(outbox, "claim", no_claim).start()


def _frozen_payload() -> None:
    """Each try makes its bytes anew."""
    real = sending._claim

    def forget(tx: Tx, wanted: OutboxId, *rest: object, **named: object) -> Outgoing | None:
        row = real(tx, wanted, *rest, **named)  # type: ignore[arg-type]
        return None if row is None else replace(row, frozen=f"{row.act['text']} try {row.attempts}".encode())

    mock.patch.object(sending, "_claim", forget).start()


def _doubt() -> None:
    """After a crash what was being sent is simply queued again."""

    def queue_again(tx: Tx, of: object) -> int:
        table = schema.outbox
        stuck = table.update().where(table.c.account == of, table.c.state == "sending")
        return tx.conn.execute(stuck.values(state="queued", retry_at=None, error_code="")).rowcount

    mock.patch.object(outbox, "doubt_the_interrupted", queue_again).start()


def _cursor() -> None:
    """The cursor is kept before its events are."""
    real = ingest.ingest_batch

    async def cursor_first(
        store: Store, account: AccountId, batch: Batch, *, older: bool = False, asked_at: int | None = None
    ) -> Ingested:
        await store.write(partial(accounts.keep_cursor, wanted=account, cursor=batch.cursor))
        reach(CrashPoint.INGESTED)
        return await real(store, account, batch, older=older, asked_at=asked_at)

    mock.patch("inbox_app.sync.runner.ingest_batch", cursor_first).start()


GUARDS: dict[str, Callable[[], None]] = {
    "claim": _claim,
    "frozen payload": _frozen_payload,
    "doubt after a crash": _doubt,
    "cursor with its events": _cursor,
}
