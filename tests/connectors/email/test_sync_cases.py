"""Each case of following a mailbox, on a dialogue that a test wrote and on a real Dovecot.

`CASES` is the list; a test sees to it that what it names is there. What was missing of it stands here.
"""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import replace
from importlib import import_module

import pytest

from connectors.email.connector import EmailConnector
from inbox_app.contract.acts import ReadMark, Receipt
from inbox_app.contract.errors import Busy
from inbox_app.contract.remote import (
    FolderRenumbered,
    GapClosed,
    GapFound,
    Location,
    LocationGone,
    ReadElsewhere,
    StarredElsewhere,
)
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Direction
from inbox_app.storage.store import Store
from tests.connectors.email.conftest import MakeConnector, MakeHost, settings_for
from tests.connectors.email.desk import desk_on
from tests.connectors.email.mails import mail, messages, others, start
from tests.connectors.email.scripted import listening
from tests.connectors.email.small_imap import Folder, SmallImap
from tests.connectors.email.test_connecting import SECRET, settings
from tests.connectors.email.test_flags import without
from tests.connectors.email.test_sending import ACT
from tests.contract.stage import Lent
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

CASES = {
    "CONDSTORE": ("test_flags.test_with_condstore_alone_the_rest_is_compared",
                  "test_flags.test_what_was_read_and_removed_elsewhere_is_noticed"),
    "QRESYNC": ("test_flags.test_with_qresync_one_question_tells_what_was_read_and_removed",
                "test_flags.test_what_was_read_and_removed_elsewhere_is_noticed"),
    "neither": ("test_flags.test_without_either_the_unread_ones_are_compared",
                "test_flags.test_what_was_read_and_removed_elsewhere_is_noticed"),
    "UIDVALIDITY change": ("test_sync_cases.test_renumbered_the_same_mails_have_new_places",
                           "test_pulling.test_renumbering_gives_the_same_mails_new_places_and_nothing_gone"),
    "moves": ("test_sync_cases.test_a_mail_that_moved_is_seen_in_its_new_place_first",
              "test_pulling.test_a_move_between_followed_folders_gives_the_new_place_first"),
    "copies in several folders": ("test_sync_cases.test_copies_are_one_mail_in_two_places",
                                  "test_sync_cases.test_copies_are_one_mail_in_two_places_on_a_real_server"),
    "expunges": ("test_far_removals.test_a_removal_among_the_newest_alone_is_told_at_once_and_nothing_else_is_compared",
                 "test_pulling.test_a_removed_mail_left_the_folder_and_is_no_tombstone"),
    "expunges far below": ("test_far_removals.test_what_the_count_says_is_looked_for_one_stretch_a_pull",
                           "test_far_removals.test_on_a_real_server_the_places_follow"),
    "flags, theirs": ("test_flags.test_changed_stars_are_told_and_unchanged_ones_are_not",
                      "test_stars.test_a_star_goes_both_ways"),
    "flags, ours": ("test_sync_cases.test_marks_of_ours_are_stored_there_and_come_back_as_known",
                    "test_flags.test_stars_are_set_and_taken_where_the_mails_lie"),
    "unread again, theirs": ("test_flags.test_what_is_unread_again_is_told_and_what_was_so_all_along_is_not",
                             "test_flags.test_what_was_read_and_removed_elsewhere_is_noticed"),
    "special-use folders": ("test_sync_cases.test_the_folder_marked_for_sent_mail_is_followed_whatever_its_name",
                            "test_sync_cases.test_of_special_folders_only_sent_mail_is_followed"),
    "without IDLE": ("test_stream.test_a_server_without_idle_leaves_it_to_the_timed_pulls",
                     "test_sync_cases.test_without_idle_a_pull_brings_what_no_nudge_told"),
    "without UIDPLUS": ("test_limits.test_without_uidplus_the_sent_copy_is_still_filed_once",
                        "test_sync_cases.test_without_uidplus_a_real_server_holds_one_copy"),
    "a folder away for a while": (
        "test_sync_cases.test_a_folder_that_comes_back_brings_what_it_got_meanwhile_and_is_a_gap_until_then",
        "test_sync_cases.test_a_folder_that_goes_and_comes_back_on_a_real_server_is_a_gap_meanwhile"),
    "throttling": ("test_limits.test_a_server_that_throttles_is_left_alone",
                   "test_sync_cases.test_a_server_that_takes_no_more_connections_is_busy"),
    "two connections at most": ("test_limits.test_never_more_than_two_connections",
                                "test_sync_cases.test_two_places_left_on_the_server_are_enough"),
}  # fmt: skip
"""A case to its test on a written dialogue, and the one on Dovecot."""
CONNECTIONS = 50
"""What Dovecot allows one user from one computer (mail_max_userip_connections)."""


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_tried_on_both(case: str) -> None:
    def found(name: str) -> bool:
        room, _, test = name.partition(".")
        return callable(getattr(import_module(f"tests.connectors.email.{room}"), test, None))

    assert [name for name in CASES[case] if not found(name)] == []


# --- written dialogues ------------------------------------------------------------------------------------------------


class Followed:
    """A connector on a server, and how far it has read."""

    def __init__(self, connector: EmailConnector) -> None:
        self.connector = connector
        self._cursor: JsonObject | None = None

    async def pull(self) -> list[object]:
        """The events of one pull; of a message its remote id and its place."""
        batch = await self.connector.pull(self._cursor)
        self._cursor = batch.cursor
        return [*((one.remote_id, one.location) for one in messages(batch)), *others(batch)]


@asynccontextmanager
async def following(make_host: MakeHost, server: SmallImap, folders: str = "") -> AsyncIterator[Followed]:
    """Connected, with everything that is there noted."""
    async with listening(server.talk) as port:
        connector = EmailConnector(make_host(settings(imap_port=str(port), folders=folders), SECRET))
        try:
            followed = Followed(connector)
            assert [one for one in await followed.pull() if not isinstance(one, GapFound)] == []
            yield followed
        finally:
            await connector.close()


async def test_renumbered_the_same_mails_have_new_places(make_host: MakeHost) -> None:
    inbox = Folder({1: "one@x", 2: "two@x"})
    async with following(make_host, SmallImap(INBOX=inbox)) as followed:
        inbox.mails, inbox.validity = {7: "two@x", 8: "one@x"}, 2
        assert await followed.pull() == [
            ("two@x", Location("INBOX", 2, 7)),
            ("one@x", Location("INBOX", 2, 8)),
            FolderRenumbered("INBOX", 2),
        ]
        assert await followed.pull() == []


async def test_a_mail_that_moved_is_seen_in_its_new_place_first(make_host: MakeHost) -> None:
    inbox, orders = Folder({1: "one@x", 2: "two@x"}, top=2), Folder()
    async with following(make_host, SmallImap(INBOX=inbox, Orders=orders), "Orders") as followed:
        orders.mails[1] = inbox.mails.pop(2)
        assert await followed.pull() == [
            ("two@x", Location("Orders", 1, 1)),
            LocationGone(Location("INBOX", 1, 2)),
        ]
        assert await followed.pull() == []


async def test_a_mail_that_is_shown_late_below_the_newest_is_found(make_host: MakeHost) -> None:
    inbox = Folder({1: "one@x", 3: "three@x"})
    async with following(make_host, SmallImap(INBOX=inbox)) as followed:
        inbox.mails[2] = "two@x"
        assert await followed.pull() == [("two@x", Location("INBOX", 1, 2))]
        assert await followed.pull() == []


async def test_copies_are_one_mail_in_two_places(make_host: MakeHost) -> None:
    inbox, orders = Folder(), Folder()
    async with following(make_host, SmallImap(INBOX=inbox, Orders=orders), "Orders") as followed:
        inbox.mails[1] = orders.mails[1] = "one@x"
        assert sorted(await followed.pull(), key=str) == [
            ("one@x", Location("INBOX", 1, 1)),
            ("one@x", Location("Orders", 1, 1)),
        ]
        inbox.mails, inbox.top = {}, 1
        assert await followed.pull() == [LocationGone(Location("INBOX", 1, 1))]


async def test_the_first_sent_mail_makes_its_folder_and_is_not_passed_over(make_host: MakeHost) -> None:
    server = SmallImap(INBOX=Folder({1: "asked@x"}))
    async with following(make_host, server) as followed:
        server.folders["Sent"] = Folder({1: "answered@x"}, use="\\Sent")
        await followed.connector.close()  # the folders are looked at with each sign-in
        assert await followed.pull() == [("answered@x", Location("Sent", 1, 1))]
        assert await followed.pull() == []
        server.folders["Sent"].mails[2] = "more@x"
        assert await followed.pull() == [("more@x", Location("Sent", 1, 2))]


async def test_a_folder_that_nobody_may_open_keeps_back_no_others_past(make_host: MakeHost) -> None:
    server = SmallImap(INBOX=Folder({1: "old@x"}), Team=Folder({1: "theirs@x"}))
    server.refused.add("Team")
    async with following(make_host, server, "Team") as followed:
        batch = await followed.connector.load_older(None)
        assert ([one.remote_id for one in messages(batch)], batch.more) == (["old@x"], False)
        assert [one.place for one in await followed.connector.count_remote()] == ["INBOX"]


async def test_a_folder_that_comes_back_brings_what_it_got_meanwhile_and_is_a_gap_until_then(
    make_host: MakeHost,
) -> None:
    orders = Folder({1: "one@x"})
    server = SmallImap(INBOX=Folder(), Orders=orders)
    async with following(make_host, server, "Orders") as followed:
        del server.folders["Orders"]
        await followed.connector.close()  # the folders are looked at with each sign-in
        (gap,) = await followed.pull()
        assert isinstance(gap, GapFound)
        assert "Orders" in gap.reason
        assert await followed.pull() == []
        orders.mails[2] = "meanwhile@x"
        server.folders["Orders"] = orders
        await followed.connector.close()
        assert await followed.pull() == [("meanwhile@x", Location("Orders", 1, 2)), GapClosed(gap.gap)]
        assert await followed.pull() == []


async def test_a_folder_that_may_not_be_opened_is_a_gap(make_host: MakeHost) -> None:
    server, team = SmallImap(INBOX=Folder(), Team=Folder({1: "one@x"})), Folder({1: "one@x", 2: "two@x"})
    async with following(make_host, server, "Team") as followed:
        server.refused.add("Team")
        (gap,) = await followed.pull()
        assert isinstance(gap, GapFound)
        server.refused.clear()
        server.folders["Team"] = team
        assert await followed.pull() == [("two@x", Location("Team", 1, 2)), GapClosed(gap.gap)]


@pytest.mark.server
async def test_a_folder_that_goes_and_comes_back_on_a_real_server_is_a_gap_meanwhile(
    dovecot: Dovecot, smtp_server: SmtpServer, sqlite_store: Store, lent: Lent, trusted: None
) -> None:
    anna = dovecot.new_user("anna")
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    async with desk_on(sqlite_store, lent, anna.address, anna.password) as desk:
        await desk.connect(settings_for(anna, dovecot, smtp_server, folders="Orders"))
        await desk.sync()
        box.rename_folder("Orders", "Aside")
        box.append(mail(message_id="meanwhile@x"), "Aside")
        assert (await desk.sync()).error == ""
        assert ["Orders" in one.reason for one in await desk.gaps()] == [True]
        box.rename_folder("Aside", "Orders")
        await desk.sync()
        assert (await desk.gaps(), await desk.ids(), await desk.states()) == ([], {"meanwhile@x"}, ["open"])


async def test_marks_of_ours_are_stored_there_and_come_back_as_known(make_host: MakeHost) -> None:
    inbox = Folder({3: "one@x", 4: "two@x"}, flags={4: {"\\Seen", "\\Flagged"}})
    server = SmallImap(INBOX=inbox)
    async with following(make_host, server) as followed:
        one = ReadMark("one@x", True, (Location("INBOX", 1, 3),), starred=True)
        two = ReadMark("two@x", False, (Location("INBOX", 1, 4),), starred=False)
        act = replace(ACT, kind=ActKind.READ_MARK, target=None, marks=(one, two))
        await followed.connector.mark_read(act)
        assert inbox.flags == {3: {"\\Seen", "\\Flagged"}, 4: set()}
        assert len([heard for heard in server.heard if heard.startswith("UID STORE")]) == 4
        assert await followed.pull() == [
            ReadElsewhere("one@x"),
            ReadElsewhere("two@x", read=False),
            StarredElsewhere("one@x", starred=True),
            StarredElsewhere("two@x", starred=False),
        ]


async def test_the_folder_marked_for_sent_mail_is_followed_whatever_its_name(make_host: MakeHost) -> None:
    server = SmallImap(
        INBOX=Folder(),
        Sent=Folder(),
        Inviata=Folder(use="\\Sent"),
        Tutto=Folder(use="\\All"),
        Cestino=Folder(use="\\Trash"),
    )
    async with following(make_host, server):
        opened = {heard.split()[1].strip('"') for heard in server.heard if heard.startswith("EXAMINE")}
        assert opened == {"INBOX", "Inviata"}


# --- a real server ----------------------------------------------------------------------------------------------------


@pytest.mark.server
async def test_copies_are_one_mail_in_two_places_on_a_real_server(
    dovecot: Dovecot, smtp_server: SmtpServer, sqlite_store: Store, lent: Lent, trusted: None
) -> None:
    anna = dovecot.new_user("anna")
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    async with desk_on(sqlite_store, lent, anna.address, anna.password) as desk:
        await desk.connect(settings_for(anna, dovecot, smtp_server, folders="Orders"))
        await desk.sync()
        for folder in ("INBOX", "Orders"):
            box.append(mail(message_id="one@x"), folder)
        await desk.sync()
        assert (await desk.ids(), await desk.places()) == ({"one@x"}, ["INBOX", "Orders"])
        box.expunge(1)
        await desk.sync()
        assert (await desk.ids(), await desk.places()) == ({"one@x"}, ["Orders"])


@pytest.mark.server
async def test_of_special_folders_only_sent_mail_is_followed(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    connector = connect(anna)
    cursor = await start(connector)
    for folder in ("Junk", "Trash", "Drafts", "Archive", "Sent"):
        dovecot.mailbox(anna).append(mail(message_id=f"{folder}@x", From=anna.address), folder)
    (sent,) = messages(await connector.pull(cursor))
    assert (sent.remote_id, sent.direction) == ("Sent@x", Direction.OUTGOING)


@pytest.mark.server
async def test_without_idle_a_pull_brings_what_no_nudge_told(
    dovecot: Dovecot, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "IDLE")
    anna = dovecot.new_user("anna")
    connector = connect(anna)
    cursor = await start(connector)
    async with aclosing(connector.listen()) as nudges:
        waiting = asyncio.ensure_future(anext(nudges))
        dovecot.deliver(anna, mail(message_id="one@x"))
        assert [one.remote_id for one in messages(await connector.pull(cursor))] == ["one@x"]
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.server
async def test_without_uidplus_a_real_server_holds_one_copy(
    dovecot: Dovecot, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "UIDPLUS")
    anna = dovecot.new_user("anna")
    connector = connect(anna)
    for _again in range(2):
        await connector.finish_sent(replace(ACT, kind=ActKind.NEW), mail(message_id="kept@x"), Receipt("kept@x"))
    assert len(dovecot.mailbox(anna).messages("Sent")) == 1


@contextmanager
def occupied(dovecot: Dovecot, user: MailUser, count: int) -> Iterator[None]:
    """Another program of this user holds so many connections."""
    with ExitStack() as held:
        for _ in range(count):
            imap = held.enter_context(imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=10))
            imap.login(user.address, user.password)
        yield


@pytest.mark.server
async def test_a_server_that_takes_no_more_connections_is_busy(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    connector = connect(anna)
    with occupied(dovecot, anna, CONNECTIONS), pytest.raises(Busy, match="Maximum number of connections"):
        await connector.pull(None)


@pytest.mark.server
async def test_two_places_left_on_the_server_are_enough(dovecot: Dovecot, connect: MakeConnector) -> None:
    anna = dovecot.new_user("anna")
    dovecot.deliver(anna, mail(message_id="one@x"))
    connector = connect(anna)
    with occupied(dovecot, anna, CONNECTIONS - 2):
        async with aclosing(connector.listen()) as nudges, asyncio.timeout(30):
            await anext(nudges)  # it listens now, and whatever follows has to sign in
            _first, history, counts, _filed = await asyncio.gather(
                connector.pull(None),
                connector.load_older(None),
                connector.count_remote(),
                connector.finish_sent(replace(ACT, kind=ActKind.NEW), mail(message_id="two@x"), Receipt("two@x")),
            )
    assert [one.remote_id for one in messages(history)] == ["one@x"]
    assert {one.place: one.messages for one in counts}["INBOX"] == 1
    assert len(dovecot.mailbox(anna).messages("Sent")) == 1
