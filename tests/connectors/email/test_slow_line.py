"""A line too slow for a mail: the mails behind it come, its headers too, and in the end the whole of it."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from connectors.email.mailbox import Fetched
from connectors.email.pulling import PAGE_BYTES, Portion
from connectors.email.slow_line import Slow, SlowLine
from inbox_app.contract.files import PLAIN
from inbox_app.storage import accounts
from inbox_app.storage.schema import message, message_event
from inbox_app.storage.store import Store
from tests.connectors.email.desk import MailDesk, desk_on
from tests.connectors.email.mails import DECIDED, mail
from tests.connectors.email.scripted import Imap, Smtp, listening
from tests.connectors.email.test_connecting import FOLDERS, SECRET, settings
from tests.connectors.email.test_odd_imap import CURSOR
from tests.contract.stage import Lent

BIG = mail("Pictures", "big@x", "line of text\r\n" * 200_000)
SMALL = mail("Small", "small@x", "few words")


class SlowImap(Imap):
    """Two new mails, of which the first never comes in one piece."""

    def __init__(self, big: bytes = BIG, most: int = sys.maxsize, given: int = sys.maxsize) -> None:
        self._most, self._given = most, given
        folder = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 7] ok\r\n"
        super().__init__(
            {**FOLDERS, "LIST": b'* LIST () "/" INBOX\r\n', "EXAMINE": folder, "UID SEARCH": b"* SEARCH 5 6\r\n"}
        )
        self.raws = {5: big, 6: SMALL}
        self.gives_pieces = True

    def answer(self, words: list[str]) -> bytes:
        if words[:2] != ["UID", "FETCH"]:
            return super().answer(words)
        uids, wanted = [int(one) for one in words[2].split(",")], " ".join(words[3:])
        if 5 in uids and (wanted == "(BODY.PEEK[])" or ("BODY.PEEK[]<" in wanted and not self.gives_pieces)):
            return b"MUTE"
        return b"".join(self._fetched(uid, wanted) for uid in uids if uid in self.raws)

    def _fetched(self, uid: int, wanted: str) -> bytes:
        raw = self.raws[uid]
        if "RFC822.SIZE" in wanted:
            said = b'RFC822.SIZE %d INTERNALDATE "22-Nov-2026 09:00:00 +0000" FLAGS ()' % len(raw)
        elif piece := re.search(r"<(\d+)\.(\d+)>", wanted):
            start, length = int(piece[1]), int(piece[2])
            cut = raw[start : start + min(length, self._most)]
            said = b"BODY[]<%d> {%d}\r\n%s" % (start, len(cut), cut)
            if start >= self._given:
                said = b"BODY[]<%d> NIL" % start
        elif "HEADER" in wanted:
            head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            said = b"BODY[HEADER] {%d}\r\n%s" % (len(head), head)
        else:
            said = b"BODY[] {%d}\r\n%s" % (len(raw), raw)
        return b"* %d FETCH (UID %d %s)\r\n" % (uid - 4, uid, said)


@pytest.fixture
def server() -> SlowImap:
    return SlowImap()


@pytest.fixture
async def desk(
    sqlite_store: Store, lent: Lent, server: SlowImap, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MailDesk]:
    """A desk that waits two seconds for a page; its cursor stands before the two mails."""
    monkeypatch.setattr("inbox_app.sync.runner.PULL_DEADLINE", 2.0)
    monkeypatch.setattr("connectors.email.connector.SLOW_SECONDS", 0.5)
    async with (
        listening(server.talk) as port,
        listening(Smtp().talk) as smtp,
        desk_on(sqlite_store, lent, "anna@example.org", SECRET) as made,
    ):
        account = await made.connect(settings(imap_port=str(port), smtp_port=str(smtp)))
        await made.store.write(lambda tx: accounts.keep_cursor(tx, account, CURSOR))
        await made.store.write(lambda tx: accounts.keep_older_cursor(tx, account, {}, done=True))
        yield made


async def sync_until(desk: MailDesk, text: str) -> list[str]:
    """What each of the syncs said until a mail with this text was there."""
    said: list[str] = []
    async with asyncio.timeout(60):
        while not any(text in one.body for one in await desk.mails()):
            said.append((await desk.sync()).error)
    return said


async def test_it_holds_up_no_other_mail_and_comes_whole_in_the_end(desk: MailDesk, server: SlowImap) -> None:
    said = await sync_until(desk, "few words")
    assert "did not answer in time" in said[0]
    assert said[-1] == ""
    await sync_until(desk, "line of text")
    whole = next(one for one in await desk.mails() if one.title == "Pictures")
    assert whole.body.count("line of text") > 10_000
    assert [heard for heard in server.heard if "BODY.PEEK[]<" in heard]
    assert len(await desk.mails()) == 2
    events = await desk.store.read(lambda conn: conn.execute(select(message_event.c.kind)).all())
    assert events == []
    kept = await desk.store.read(lambda conn: conn.execute(select(message.c.raw)).scalars().all())
    assert None not in kept
    asked = len(server.heard)
    assert (await desk.sync()).updated == 0
    assert not [heard for heard in server.heard[asked:] if "FETCH" in heard]


@pytest.mark.parametrize("server", [SlowImap(BIG.replace(b"Message-ID", b"X-Was"))])
async def test_a_mail_without_an_id_is_one_mail_before_and_after(desk: MailDesk) -> None:
    await sync_until(desk, "line of text")
    assert len(await desk.mails()) == 2


@pytest.mark.parametrize("server", [SlowImap(most=300_000)])
async def test_pieces_shorter_than_asked_for_are_no_end(desk: MailDesk, server: SlowImap) -> None:
    await sync_until(desk, "line of text")
    begun = [int(found[1]) for heard in server.heard if (found := re.search(r"PEEK\[\]<(\d+)\.", heard))]
    assert max(begun) >= len(BIG) - 300_000


@pytest.mark.parametrize("server", [SlowImap(given=300_000)])
async def test_a_mail_that_is_not_given_to_its_end_is_not_taken_for_whole(desk: MailDesk, lent: Lent) -> None:
    await sync_until(desk, "few words")
    async with asyncio.timeout(60):
        while SlowLine(lent.folder, PLAIN).now.owed:
            await desk.sync()
    assert "Its headers are here" in next(one.body for one in await desk.mails() if one.title == "Pictures")


async def test_a_mail_that_is_removed_meanwhile_is_owed_no_more(desk: MailDesk, server: SlowImap, lent: Lent) -> None:
    server.gives_pieces = False
    await sync_until(desk, "few words")
    assert [one.uid for one in SlowLine(lent.folder, PLAIN).now.owed] == [5]
    del server.raws[5]
    server.gives_pieces = True
    async with asyncio.timeout(60):
        while SlowLine(lent.folder, PLAIN).now.owed:
            await desk.sync()
    assert "Its headers are here" in next(one.body for one in await desk.mails() if one.title == "Pictures")


def test_what_was_learned_of_the_line_outlives_the_connector(tmp_path: Path) -> None:
    SlowLine(tmp_path, PLAIN).failed()
    assert SlowLine(tmp_path, PLAIN).now.portion == Portion().smaller()
    mails = [Fetched("INBOX", 1, uid, DECIDED, seen=False, size=9, raw=b"", whole=False) for uid in range(9)]
    for _page in range(5):
        SlowLine(tmp_path, PLAIN).brought(mails, ())
    kept = SlowLine(tmp_path, PLAIN).now
    assert (kept.portion.space, len(kept.owed)) == (PAGE_BYTES, 9)
    for one in kept.owed:
        SlowLine(tmp_path, PLAIN).forget(one.name)
    assert SlowLine(tmp_path, PLAIN).now == Slow()
    assert not [*tmp_path.iterdir()]
