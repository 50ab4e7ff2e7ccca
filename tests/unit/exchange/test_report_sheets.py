"""The messages behind a figure: each with who wrote it, as they are called here, and as a table."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select, update

from inbox_app.actions import members
from inbox_app.domain.ids import ColleagueId, MemberId
from inbox_app.domain.people import Fact
from inbox_app.exchange.report_sheets import write_lines
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import reports
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import colleague, handle, message
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import US, connect, ours, said


async def test_each_message_says_who_wrote_it(store: Store) -> None:
    account = await store.write(connect)
    tale = [said("a", 1), said("b", 2, by="tom"), ours("c", 3, parent="a"), ours("d", 4, parent="b")]
    await store.write(lambda tx: ingest(tx, account, tale))
    maya = select(handle.c.member).where(handle.c.handle == "maya@example.net")
    who = MemberId(await store.read(lambda conn: conn.execute(maya).scalar_one()))
    await members.say(store, ColleagueId(ME), who, {Fact.PREFERRED_NAME: "Mayita"}, {})
    mine = update(message).where(message.c.remote_id == "d").values(colleague=ME)
    await store.write(lambda tx: tx.conn.execute(mine))
    await store.write(lambda tx: tx.conn.execute(update(colleague).values(name="Noor")))
    ids = await store.read(lambda conn: conn.execute(select(message.c.id)).scalars().all())
    table = write_lines(await reports.messages(store, ids), {})
    lines = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert [(one["text"], one["author"]) for one in lines] == [
        ("text of d", "Noor"),
        ("text of c", US.name),
        ("text of b", "Tom"),
        ("text of a", "Mayita"),
    ]
