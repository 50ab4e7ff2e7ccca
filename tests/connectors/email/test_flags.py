"""Flags both ways: read here is marked there, read there is read here, with whatever the server offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.email import client, line
from connectors.email.client import Session
from connectors.email.connector import EmailConnector
from connectors.email.uids import unpack_newest
from inbox_app.contract.acts import Act, ReadMark
from inbox_app.contract.remote import Location, LocationGone, ReadElsewhere, StarredElsewhere
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Kind
from tests.connectors.email.conftest import MakeConnector, MakeHost
from tests.connectors.email.mails import DECIDED, answer_to, mail, messages, others, start
from tests.connectors.email.scripted import Imap, listening
from tests.connectors.email.test_connecting import FOLDERS, SECRET, settings
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer


@pytest.fixture
def anna(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("anna")


def flags(dovecot: Dovecot, user: MailUser) -> list[set[str]]:
    return [set(one.flags) - {"\\Recent"} for one in dovecot.mailbox(user).messages()]


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """Let servers seem to lack something."""
    has = line.BoundedClient.has_capability
    monkeypatch.setattr(
        line.BoundedClient, "has_capability", lambda self, name: name not in missing and has(self, name)
    )
    if "CONDSTORE" in missing:
        opens = Session.open_folder
        monkeypatch.setattr(Session, "open_folder", lambda *asked, **how: replace(opens(*asked, **how), modseq=None))


@pytest.mark.server
async def test_many_marks_are_two_commands_a_folder(dovecot: Dovecot, anna: MailUser, connect: MakeConnector) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    for number in range(4):
        dovecot.deliver(anna, mail(message_id=f"{number}@x"))
    pulled = messages(await connector.pull(cursor))
    marks = [ReadMark(one.remote_id, True, (one.location,)) for one in pulled if one.location]
    act = replace(answer_to(pulled[0]), kind=ActKind.READ_MARK, target=None, marks=tuple(marks[:3]))
    await connector.mark_read(act)
    assert flags(dovecot, anna) == [{"\\Seen"}, {"\\Seen"}, {"\\Seen"}, set()]
    await connector.mark_read(replace(act, marks=(replace(marks[1], read=False), marks[3])))
    assert flags(dovecot, anna) == [{"\\Seen"}, set(), {"\\Seen"}, {"\\Seen"}]


@pytest.mark.server
async def test_a_mail_that_was_renumbered_is_looked_for(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail(message_id="one@x"))
    (one,) = messages(await connector.pull(cursor))
    marks = (ReadMark("one@x", True, (Location("INBOX", 1, 1), Location("Gone", 1, 7))),)
    await connector.mark_read(replace(answer_to(one), kind=ActKind.READ_MARK, target=None, marks=marks))
    assert flags(dovecot, anna) == [{"\\Seen"}]


@pytest.mark.server
async def test_a_mail_that_moved_unseen_is_marked_where_it_lies(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    for name in ("stays@x", "moves@x"):
        dovecot.deliver(anna, mail(message_id=name))
    pulled = messages(await connector.pull(cursor))
    dovecot.mailbox(anna).move(2, "Sent")
    marks = tuple(ReadMark(one.remote_id, True, (one.location,), starred=True) for one in pulled if one.location)
    await connector.mark_read(replace(answer_to(pulled[0]), kind=ActKind.READ_MARK, target=None, marks=marks))
    assert flags(dovecot, anna) == [{"\\Seen", "\\Flagged"}]
    assert [set(one.flags) - {"\\Recent"} for one in dovecot.mailbox(anna).messages("Sent")] == flags(dovecot, anna)


@pytest.mark.server
async def test_what_was_answered_bears_the_mark(
    dovecot: Dovecot, smtp_server: SmtpServer, anna: MailUser, connect: MakeConnector
) -> None:
    ben = dovecot.new_user("ben")
    connector = connect(anna, smtp_server)
    cursor = await start(connector)
    dovecot.deliver(anna, mail(message_id="one@x", From=ben.address))
    dovecot.deliver(anna, mail(message_id="two@x"))
    one, _two = messages(await connector.pull(cursor))
    act = answer_to(one)
    frozen = connector.freeze(act, await connector.connect())
    receipt = await connector.send(act, frozen)
    for _again in range(2):
        await connector.finish_sent(act, frozen, receipt)
    assert flags(dovecot, anna) == [{"\\Answered"}, set()]
    assert len(dovecot.mailbox(anna).messages("Sent")) == 1


@pytest.mark.server
@pytest.mark.parametrize(
    "missing", [(), ("QRESYNC",), ("QRESYNC", "CONDSTORE")], ids=["qresync", "condstore", "neither"]
)
async def test_what_was_read_and_removed_elsewhere_is_noticed(
    dovecot: Dovecot,
    anna: MailUser,
    connect: MakeConnector,
    monkeypatch: pytest.MonkeyPatch,
    missing: tuple[str, ...],
) -> None:
    without(monkeypatch, *missing)
    box = dovecot.mailbox(anna)
    for number in range(6):
        box.append(mail(message_id=f"{number}@x"))
    connector = connect(anna)
    cursor = await start(connector)
    box.add_flags(2, "\\Seen")
    box.add_flags(3, "\\Flagged")
    box.expunge(4, 6)
    box.append(mail(message_id="new@x"))
    batch = await connector.pull(cursor)
    assert [one.remote_id for one in messages(batch)] == ["new@x"]
    gone = [LocationGone(Location("INBOX", box.uidvalidity(), uid)) for uid in (4, 6)]
    assert others(batch) == [ReadElsewhere("1@x"), StarredElsewhere("2@x", starred=True), *gone]
    box.remove_flags(3, "\\Flagged")
    batch = await connector.pull(batch.cursor)
    assert batch.events == (StarredElsewhere("2@x", starred=False),)
    box.remove_flags(2, "\\Seen")
    batch = await connector.pull(batch.cursor)
    assert batch.events == (ReadElsewhere("1@x", read=False),)
    box.add_flags(2, "\\Flagged")
    batch = await connector.pull(batch.cursor)
    assert batch.events == (StarredElsewhere("1@x", starred=True),), "it was unread before"
    assert (await connector.pull(batch.cursor)).events == ()


@pytest.mark.server
async def test_stars_are_set_and_taken_where_the_mails_lie(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail(message_id="one@x"))
    dovecot.deliver(anna, mail(message_id="two@x"))
    batch = await connector.pull(cursor)
    one, two = (
        ReadMark(message.remote_id, None, (message.location,)) for message in messages(batch) if message.location
    )
    act = replace(answer_to(messages(batch)[0]), kind=ActKind.READ_MARK, target=None)
    starred = (replace(one, starred=True), replace(two, read=True, starred=True))
    await connector.mark_read(replace(act, marks=starred))
    assert flags(dovecot, anna) == [{"\\Flagged"}, {"\\Flagged", "\\Seen"}]
    moved = replace(two, starred=False, places=(Location("INBOX", 1, 1),))  # numbered anew: it is looked for
    await connector.mark_read(replace(act, marks=(replace(one, starred=False), moved)))
    assert flags(dovecot, anna) == [set(), {"\\Seen"}]


@pytest.mark.server
async def test_what_comes_with_a_star_says_so(dovecot: Dovecot, anna: MailUser, connect: MakeConnector) -> None:
    box = dovecot.mailbox(anna)
    box.append(mail(message_id="before@x"), flags=["\\Flagged"])
    box.append(mail(message_id="plain@x"))
    connector = connect(anna)
    cursor = await start(connector)
    box.append(mail(message_id="new@x"), flags=["\\Flagged"])
    assert others(await connector.pull(cursor)) == [StarredElsewhere("new@x", starred=True)]
    assert others(await connector.load_older(None)) == [StarredElsewhere("before@x", starred=True)]


# --- scripted dialogues -----------------------------------------------------------------------------------------------


def stands(modseq: str, exists: int = 3, uid_next: int = 10) -> bytes:
    said = f"* {exists} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT {uid_next}] ok\r\n* OK [{modseq}] ok\r\n"
    return said.encode()


def cursor(modseq: int | None, **more: str | int | None) -> JsonObject:
    mark: JsonObject = {
        "validity": 1, "uid": 9, "held": 3, "watched": "5,7,9", "modseq": modseq, "day": "2026-11-22", "start": 1,
        "catching_up": None, "starred": "", "unseen": "" if modseq is None else "5,7,9",
        "below": 0, **more,
    }  # fmt: skip
    return {"folders": {"INBOX": mark}}


ONE_FOLDER = {**FOLDERS, "LIST": b'* LIST () "/" INBOX\r\n'}
IDS = b"".join(
    b"* %d FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s)\r\n" % (uid, uid, len(line_), line_)
    for uid in (5, 7)
    for line_ in [b"Message-ID: <%d@x>\r\n\r\n" % uid]
)


class Server(Imap):
    """One whose answers depend on more than a command's first words."""

    def __init__(self, offers: str, answers: dict[str, bytes]) -> None:
        super().__init__({**ONE_FOLDER, "CAPABILITY": f"* CAPABILITY IMAP4rev1 AUTH=PLAIN {offers}\r\n".encode()})
        self._by_part = answers

    def answer(self, words: list[str]) -> bytes:
        """The first answer whose key stands in the command."""
        said = " ".join(words)
        return next((answer for part, answer in self._by_part.items() if part in said), super().answer(words))

    @property
    def asked(self) -> list[str]:
        """The commands after the folder was opened for the pull."""
        opened = [place for place, heard in enumerate(self.heard) if heard.startswith("EXAMINE")]
        return [heard for heard in self.heard[opened[-1] + 1 :] if heard != "LOGOUT"]


async def pull(make_host: MakeHost, server: Server, known: JsonObject) -> tuple[list[object], JsonObject]:
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port)), SECRET))
        try:
            batch = await connector.pull(known)
        finally:
            await connector.close()
    return [*batch.events], batch.cursor


GONE_7 = LocationGone(Location("INBOX", 1, 7))


async def test_with_qresync_one_question_tells_what_was_read_and_removed(make_host: MakeHost) -> None:
    server = Server(
        "ENABLE CONDSTORE QRESYNC",
        {
            "ENABLE": b"* ENABLED QRESYNC\r\n",
            "EXAMINE": stands("HIGHESTMODSEQ 40", exists=2),
            "VANISHED": b"* VANISHED (EARLIER) 1:4,6:8\r\n* 1 FETCH (UID 5 MODSEQ (33) FLAGS (\\Seen))\r\n",
            "UID SEARCH": b"* SEARCH\r\n",
            "HEADER.FIELDS": IDS,
        },
    )
    events, after = await pull(make_host, server, cursor(20))
    assert ReadElsewhere("5@x") in events
    assert GONE_7 in events
    assert "VANISHED" in server.asked[0]
    assert [one for one in server.asked if "SEARCH" in one] == []
    assert (await pull(make_host, server, after))[0] == []


async def test_with_condstore_alone_the_rest_is_compared(make_host: MakeHost) -> None:
    server = Server(
        "ENABLE CONDSTORE",
        {
            "ENABLE": b"* ENABLED CONDSTORE\r\n",
            "EXAMINE": stands("HIGHESTMODSEQ 40", exists=2),
            "CHANGEDSINCE 20": b"* 1 FETCH (UID 5 MODSEQ (33) FLAGS (\\Seen))\r\n",
            "UID SEARCH": b"* SEARCH 5 9\r\n",
            "HEADER.FIELDS": IDS,
        },
    )
    events, after = await pull(make_host, server, cursor(20))
    assert events == [ReadElsewhere("5@x"), GONE_7]
    assert not [one for one in server.asked if "VANISHED" in one]
    assert (await pull(make_host, server, after))[0] == []


async def test_without_either_the_unread_ones_are_compared(make_host: MakeHost) -> None:
    unread = Server("", {"EXAMINE": stands("NOMODSEQ"), "UNSEEN": b"* SEARCH 5 7\r\n"})
    events, after = await pull(make_host, unread, cursor(None))
    assert events == []
    read = Server(
        "",
        {"FLAGGED": b"* SEARCH\r\n", "EXAMINE": stands("NOMODSEQ"), "UNSEEN": b"* SEARCH 7\r\n", "HEADER.FIELDS": IDS},
    )
    events, after = await pull(make_host, read, after)
    assert events == [ReadElsewhere("5@x")]
    assert len(read.asked) == 3  # two questions a pull, and the name of what was read
    gone = Server(
        "", {"EXAMINE": stands("NOMODSEQ", exists=2), "UNSEEN": b"* SEARCH\r\n", "SEARCH": b"* SEARCH 5 9\r\n"}
    )
    events, after = await pull(make_host, gone, after)
    assert events == [GONE_7]  # removed is not read
    assert (await pull(make_host, gone, after))[0] == []


@pytest.mark.parametrize("offers", ["ENABLE CONDSTORE QRESYNC", "ENABLE CONDSTORE"])
async def test_changed_stars_are_told_and_unchanged_ones_are_not(make_host: MakeHost, offers: str) -> None:
    flags = {5: b"\\Flagged", 7: b"", 9: b"\\Seen \\Flagged"}
    changed = b"".join(b"* 1 FETCH (UID %d MODSEQ (33) FLAGS (%s))\r\n" % one for one in flags.items())
    server = Server(
        offers,
        {
            "ENABLE": f"* ENABLED {offers.rsplit(maxsplit=1)[-1]}\r\n".encode(),
            "EXAMINE": stands("HIGHESTMODSEQ 40"),
            "CHANGEDSINCE 20": changed,
            "HEADER.FIELDS": IDS,
        },
    )
    events, after = await pull(make_host, server, cursor(20, starred="7,9"))
    assert events == [StarredElsewhere("5@x", starred=True), StarredElsewhere("7@x", starred=False)]
    assert (await pull(make_host, server, after))[0] == []


@pytest.mark.parametrize("offers", ["ENABLE CONDSTORE QRESYNC", "ENABLE CONDSTORE"])
async def test_what_is_unread_again_is_told_and_what_was_so_all_along_is_not(make_host: MakeHost, offers: str) -> None:
    server = Server(
        offers,
        {
            "ENABLE": f"* ENABLED {offers.rsplit(maxsplit=1)[-1]}\r\n".encode(),
            "EXAMINE": stands("HIGHESTMODSEQ 40"),
            "CHANGEDSINCE 20": b"".join(b"* 1 FETCH (UID %d MODSEQ (33) FLAGS ())\r\n" % uid for uid in (5, 7)),
            "HEADER.FIELDS": IDS,
        },
    )
    events, after = await pull(make_host, server, cursor(20, unseen="7"))
    # What changed of 7 is not known: a star that we set and that was taken before we looked is in no cursor.
    assert events == [ReadElsewhere("5@x", read=False), StarredElsewhere("7@x", starred=False)]
    assert (await pull(make_host, server, after))[0] == []


async def test_without_numbered_changes_the_unread_ones_are_compared_both_ways(make_host: MakeHost) -> None:
    server = Server("", {"EXAMINE": stands("NOMODSEQ"), "UNSEEN": b"* SEARCH 5 7\r\n", "HEADER.FIELDS": IDS})
    events, after = await pull(make_host, server, cursor(None, unseen="7"))
    assert events == [ReadElsewhere("5@x", read=False)]
    assert (await pull(make_host, server, after))[0] == []


async def test_an_earlier_cursor_learns_which_are_unread_and_tells_none_of_them(make_host: MakeHost) -> None:
    server = Server(
        "ENABLE CONDSTORE",
        {
            "ENABLE": b"* ENABLED CONDSTORE\r\n",
            "EXAMINE": stands("HIGHESTMODSEQ 40"),
            "CHANGEDSINCE 20": b"* 1 FETCH (UID 5 MODSEQ (33) FLAGS ())\r\n",
            "UNSEEN": b"* SEARCH 5 7\r\n",
        },
    )
    assert (await pull(make_host, server, cursor(20, unseen=None, unread="")))[0] == []


async def test_a_star_taken_from_an_old_mail_is_told_though_no_cursor_holds_it(make_host: MakeHost) -> None:
    server = Server(
        "ENABLE CONDSTORE",
        {
            "ENABLE": b"* ENABLED CONDSTORE\r\n",
            "EXAMINE": stands("HIGHESTMODSEQ 40", uid_next=100_001),
            "CHANGEDSINCE 20": b"* 1 FETCH (UID 5 MODSEQ (33) FLAGS ())\r\n",
            "HEADER.FIELDS": IDS,
        },
    )
    events, _after = await pull(make_host, server, cursor(20, uid=100_000, watched="99999:100000"))
    assert events == [StarredElsewhere("5@x", starred=False)]


async def test_without_numbered_changes_the_starred_ones_are_compared(make_host: MakeHost) -> None:
    server = Server(
        "",
        {
            "EXAMINE": stands("NOMODSEQ"),
            "UNSEEN": b"* SEARCH\r\n",
            "FLAGGED": b"* SEARCH 5\r\n",
            "HEADER.FIELDS": IDS,
            "UID SEARCH": b"* SEARCH\r\n",
        },
    )
    events, after = await pull(make_host, server, cursor(None, starred="7"))
    assert events == [StarredElsewhere("5@x", starred=True), StarredElsewhere("7@x", starred=False)]
    assert (await pull(make_host, server, after))[0] == []


async def test_stars_from_before_they_were_known_are_asked_for_once(make_host: MakeHost) -> None:
    server = Server(
        "ENABLE CONDSTORE",
        {
            "ENABLE": b"* ENABLED CONDSTORE\r\n",
            "EXAMINE": stands("HIGHESTMODSEQ 20"),
            "FLAGGED": b"* SEARCH 7\r\n",
            "HEADER.FIELDS": IDS,
            "UID SEARCH": b"* SEARCH\r\n",
        },
    )
    events, after = await pull(make_host, server, cursor(20, starred=None))
    assert events == [StarredElsewhere("7@x", starred=True)]
    assert (await pull(make_host, server, after))[0] == []
    assert server.asked == []


@pytest.mark.server
async def test_however_many_were_read_each_is_told_in_lines_that_servers_take(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "NAMED_AT_ONCE", 2)
    stored: list[str] = []
    stores = line.BoundedClient.remove_flags

    def remove(self: line.BoundedClient, uids: Sequence[int], flags_: Sequence[bytes], silent: bool) -> object:
        stored.append(",".join(map(str, uids)))
        return stores(self, uids, flags_, silent)

    monkeypatch.setattr(line.BoundedClient, "remove_flags", remove)
    box = dovecot.mailbox(anna)
    for number in range(5):
        box.append(mail(message_id=f"{number}@x"))
    connector = connect(anna)
    cursor = await start(connector)
    for uid in range(1, 6):
        box.add_flags(uid, "\\Seen")
    batch = await connector.pull(cursor)
    assert others(batch) == [ReadElsewhere(f"{number}@x") for number in range(5)]
    places = [Location("INBOX", box.uidvalidity(), uid) for uid in range(1, 6)]
    marks = tuple(ReadMark(f"{at.uid - 1}@x", False, (at,)) for at in places)
    await connector.mark_read(Act("0" * 32, ActKind.READ_MARK, Kind.MAIL, DECIDED, "", marks=marks))
    assert flags(dovecot, anna) == [set()] * 5
    assert max(len(line_.split(",")) for line_ in stored) == 2


class Closed(Imap):
    """One that lets the inbox be marked in, and the folder of others only be read."""

    def __init__(self, refusal: bytes) -> None:
        answers = {"LIST": b'* LIST () "/" INBOX\r\n* LIST () "/" Team\r\n', "UID SEARCH": b"* SEARCH 5\r\n"}
        super().__init__({**FOLDERS, **answers, "EXAMINE": stands("NOMODSEQ")})
        self._refusal = refusal

    def answer(self, words: list[str]) -> bytes:
        """The refusal, where the folder of others is to be changed."""
        if words[0] != "SELECT":
            return super().answer(words)
        return self._refusal if "Team" in words[1] else stands("NOMODSEQ")


@pytest.mark.parametrize("refusal", [stands("READ-ONLY"), b"NO there is none\r\n"], ids=["read-only", "gone"])
@pytest.mark.parametrize("placed", [True, False])
async def test_a_folder_that_cannot_be_marked_in_keeps_no_mark_from_the_others(
    make_host: MakeHost, refusal: bytes, placed: bool
) -> None:
    server = Closed(refusal)
    places = (Location("Team", 1, 3), Location("INBOX", 1, 5)) if placed else ()
    marks = tuple(ReadMark(name, True, places) for name in ("one@x", "é@x"))
    act = Act("0" * 32, ActKind.READ_MARK, Kind.MAIL, DECIDED, "", marks=marks)
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port), folders="Team"), SECRET))
        try:
            await connector.mark_read(act)
        finally:
            await connector.close()
    assert [heard for heard in server.heard if "STORE" in heard] == ["UID STORE 5 +FLAGS.SILENT (\\Seen)"]


def test_a_set_without_end_is_read_as_far_as_it_matters() -> None:
    assert unpack_newest("7,150000", 200_000, 10) == [7, 150_000]
    assert unpack_newest("1:4294967295,7", 5, 3) == [3, 4, 5]
    assert unpack_newest("9:2,20:30", 8, 3) == [6, 7, 8]
    assert unpack_newest("3,8:9", 9, 2) == [8, 9]
    assert unpack_newest("", 9, 2) == []
