"""The judge: what the outbox says against what the service itself counted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from inbox_app.domain.ids import OutboxId
from inbox_app.domain.words import OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import outbox
from inbox_app.storage.schema import message
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store


@dataclass(frozen=True, slots=True)
class Row:
    """One act as the workspace remembers it."""

    id: OutboxId
    key: str
    text: str
    state: OutboxState
    message_state: str | None
    finish_due: bool
    frozen: bytes


async def read_rows(folder: Path) -> list[Row]:
    """All acts of a workspace that no process has open."""
    store = await Store.open(resolve_workspace(str(folder)), Bus())
    try:
        asked = select(outbox_table, message.c.state.label("message_state")).outerjoin(
            message, message.c.id == outbox_table.c.message
        )
        rows = await store.read(lambda conn: conn.execute(asked.order_by(outbox_table.c.decided_at)).all())
    finally:
        await store.close()
    return [
        Row(
            OutboxId(row.id),
            row.key,
            json.loads(row.act)["text"],
            OutboxState(row.state),
            row.message_state,
            row.finish_due,
            row.frozen or b"",
        )
        for row in rows
    ]


async def resolve(folder: Path, words: Mapping[OutboxId, outbox.Resolution]) -> None:
    """A person decides about each of these."""
    store = await Store.open(resolve_workspace(str(folder)), Bus())
    try:
        for wanted, word in words.items():
            await store.write(lambda tx, wanted=wanted, word=word: outbox.resolve(tx, wanted, word))  # type: ignore[misc]
    finally:
        await store.close()


def judge(
    rows: Collection[Row], copies: Mapping[str, int], promised: Collection[str], *, may_be_unconfirmed: bool
) -> list[str]:
    """Every broken promise as a sentence.

    `copies` is the service's own count by key; `promised` are the texts whose queueing was confirmed to the person.
    """
    broken = [f"{text}: lost from the outbox" for text in promised if text not in {row.text for row in rows}]
    broken += [f"{key}: not ours" for key in copies if key not in {row.key for row in rows}]
    for row in rows:
        there = copies.get(row.key, 0)
        if there > 1:
            broken.append(f"{row.text}: arrived {there} times")
        if row.state is OutboxState.DELIVERED and there == 0:
            broken.append(f"{row.text}: called delivered and is not there")
        if row.state is OutboxState.UNCONFIRMED and not may_be_unconfirmed:
            broken.append(f"{row.text}: left to a person though the channel can tell")
        if row.state not in (OutboxState.DELIVERED, OutboxState.UNCONFIRMED):
            broken.append(f"{row.text}: still {row.state.value}")
        if row.finish_due:
            broken.append(f"{row.text}: what follows the delivery was not done")
        if row.message_state != row.state.value:
            broken.append(f"{row.text}: the conversation says {row.message_state}, the outbox {row.state.value}")
    return broken


def words_for(rows: Collection[Row], copies: Mapping[str, int]) -> dict[OutboxId, outbox.Resolution]:
    """What a person who looks on the service says about the unconfirmed ones."""
    return {
        row.id: outbox.Resolution.SENT if copies.get(row.key) else outbox.Resolution.AGAIN
        for row in rows
        if row.state is OutboxState.UNCONFIRMED
    }
