"""Removals far below the newest mails: counted, then found stretch by stretch where the server does not name them."""

from __future__ import annotations

import json

import pytest

from connectors.email import watching
from inbox_app.contract.remote import FolderListed, Location, LocationGone
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.storage.store import Store
from tests.connectors.email.conftest import MakeHost, settings_for
from tests.connectors.email.desk import desk_on
from tests.connectors.email.mails import mail
from tests.connectors.email.test_flags import Server, cursor, pull, without
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

TOP = 100_000
CONDSTORE = "ENABLE CONDSTORE"


class Holding(Server):
    """A folder with these UIDs of a hundred thousand; with QRESYNC it names what was removed."""

    def __init__(self, held: set[int], offers: str = CONDSTORE, vanished: bytes = b"") -> None:
        said = f"* {len(held)} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT {TOP + 1}] ok\r\n"
        counts = f"* OK [HIGHESTMODSEQ {TOP - len(held)}] ok\r\n" if offers else "* OK [NOMODSEQ] ok\r\n"
        enabled = f"* ENABLED {offers.rsplit(maxsplit=1)[-1]}\r\n".encode() if offers else b""
        super().__init__(
            offers,
            {"ENABLE": enabled, "EXAMINE": (said + counts).encode(), "VANISHED": vanished, "UNSEEN": b"* SEARCH\r\n"},
        )
        self._held = held

    def answer(self, words: list[str]) -> bytes:
        if words[:3] == ["UID", "SEARCH", "UID"] and len(words) == 4:
            first, last = map(int, words[3].split(":"))
            found = sorted(uid for uid in self._held if first <= uid <= last)
            return b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n"
        return b"* SEARCH\r\n" if "FLAGGED" in words else super().answer(words)


HELD = {5, 30_000, 60_000, *range(TOP - 9, TOP + 1)}


def known(held: set[int] = HELD, modseq: int | None = 20, **more: str | int | None) -> JsonObject:
    watched = ",".join(map(str, sorted(uid for uid in held if uid > TOP - watching.WATCH_SPAN)))
    return cursor(modseq, uid=TOP, held=len(held), watched=watched, **more)


async def follow(make_host: MakeHost, server: Server, after: JsonObject, pulls: int) -> tuple[list[object], JsonObject]:
    events: list[object] = []
    for _ in range(pulls):
        more, after = await pull(make_host, server, after)
        events += more
    return events, after


@pytest.mark.parametrize("offers", [CONDSTORE, ""], ids=["condstore", "neither"])
async def test_what_the_count_says_is_looked_for_one_stretch_a_pull(make_host: MakeHost, offers: str) -> None:
    server = Holding(HELD - {30_000}, offers)
    events, after = await pull(make_host, server, known(modseq=20 if offers else None))
    assert events == []
    events, after = await follow(make_host, server, after, 2)
    assert events == [
        FolderListed("INBOX", 1, 30_001, 80_000, (60_000,)),
        FolderListed("INBOX", 1, 1, 30_000, (5,)),
    ]
    events, after = await pull(make_host, server, after)
    assert events == []
    assert not [asked for asked in server.asked if asked.startswith("UID SEARCH UID 1:")]
    assert len(json.dumps(after)) < 1_000


async def test_what_leaves_meanwhile_is_looked_for_once_more(
    make_host: MakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SEARCH_SPAN", 30_000)
    _events, after = await follow(make_host, Holding(HELD - {5}), known(), 2)  # the uppermost stretch is done
    left = Holding(HELD - {5, 60_000})
    events, after = await follow(make_host, left, after, 5)
    assert [(one.first, one.uids) for one in events if isinstance(one, FolderListed)] == [
        (20_001, (30_000,)),
        (1, ()),
        (50_001, ()),
        (20_001, (30_000,)),
        (1, ()),
    ]
    assert (await pull(make_host, left, after))[0] == []


async def test_a_removal_among_the_newest_alone_is_told_at_once_and_nothing_else_is_compared(
    make_host: MakeHost,
) -> None:
    server = Holding(HELD - {TOP - 3})
    events, after = await pull(make_host, server, known())
    assert events == [LocationGone(Location("INBOX", 1, TOP - 3))]
    assert (await pull(make_host, server, after))[0] == []
    assert server.asked == []


async def test_with_qresync_it_is_named_at_once(make_host: MakeHost) -> None:
    server = Holding(HELD - {5}, "ENABLE CONDSTORE QRESYNC", b"* VANISHED (EARLIER) 5\r\n")
    events, _after = await pull(make_host, server, known())
    assert events == [LocationGone(Location("INBOX", 1, 5))]


async def test_a_cursor_of_an_earlier_version_compares_everything_once(make_host: MakeHost) -> None:
    folders = known(modseq=TOP - len(HELD))["folders"]
    assert isinstance(folders, dict)
    mark = folders["INBOX"]
    assert isinstance(mark, dict)
    before: JsonObject = {"folders": {"INBOX": {name: value for name, value in mark.items() if name != "below"}}}
    events, after = await follow(make_host, Holding(HELD), before, 2)
    assert [type(one) for one in events] == [FolderListed, FolderListed]
    assert (await pull(make_host, Holding(HELD), after))[0] == []


@pytest.mark.server
@pytest.mark.parametrize("missing", [("QRESYNC",), ("QRESYNC", "CONDSTORE")], ids=["condstore", "neither"])
async def test_on_a_real_server_the_places_follow(
    dovecot: Dovecot,
    smtp_server: SmtpServer,
    sqlite_store: Store,
    lent: Lent,
    trusted: None,
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
) -> None:
    without(monkeypatch, *missing)
    monkeypatch.setattr(watching, "WATCH_SPAN", 2)
    monkeypatch.setattr(watching, "SEARCH_SPAN", 3)
    anna = dovecot.new_user("anna")
    async with desk_on(sqlite_store, lent, anna.address, anna.password) as desk:
        await desk.connect(settings_for(anna, dovecot, smtp_server))
        await desk.sync()
        box = dovecot.mailbox(anna)
        for number in range(10):
            box.append(mail(message_id=f"{number}@x"))
        await desk.sync()
        assert await desk.places() == ["INBOX"] * 10
        box.expunge(1, 5)
        left = [10]
        while left[-1] > 8 and len(left) < 6:
            await desk.sync()
            left.append(len(await desk.places()))
        assert left[-1] == 8, left
        assert len(await desk.ids()) == 10  # left the folder, and no tombstone
