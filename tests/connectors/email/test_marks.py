"""Cursors, UID sets and the choice of folders: small pure things that everything stands on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email import uids
from connectors.email.cursor import Cursor, FolderMark, OlderMark, older_from_json, older_to_json
from connectors.email.folders import Folder, plan_folders
from connectors.email.mailbox import Measured
from connectors.email.pulling import choose_page
from tests.connectors.email.mails import DECIDED

NUMBERS = st.integers(min_value=1, max_value=2**32 - 1)


@given(st.frozensets(NUMBERS | st.integers(1, 50)))
def test_uid_sets_come_back(numbers: frozenset[int]) -> None:
    assert uids.unpack(uids.pack(numbers)) == numbers


def test_uid_sets_are_written_short() -> None:
    assert uids.pack([7, 3, 1, 2, 2]) == "1:3,7"
    assert len(uids.pack(range(1, 50_001))) == 7


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20),
        st.builds(
            FolderMark,
            validity=NUMBERS,
            uid=NUMBERS,
            held=st.integers(0, 9),
            watched=st.frozensets(st.integers(1, 99), max_size=5),
            modseq=st.none() | NUMBERS,
            unread=st.frozensets(st.integers(1, 99), max_size=5),
            day=st.dates(),
            start=st.integers(0, 9),
            catching_up=st.none() | st.dates(),
        ),
        max_size=3,
    )
)
def test_a_cursor_survives_json(folders: dict[str, FolderMark]) -> None:
    cursor = Cursor(folders)
    assert Cursor.from_json(json.loads(json.dumps(cursor.to_json()))) == cursor


def test_a_cursor_of_history_survives_json() -> None:
    marks = {"INBOX": OlderMark(1, 7, 9), "Größe": OlderMark(2, 1, 1)}
    assert older_from_json(json.loads(json.dumps(older_to_json(marks)))) == marks
    assert older_from_json(None) == {}


@pytest.mark.parametrize("value", [{"folders": 3}, {"folders": {"a": {}}}, {"folders": {"a": {"validity": True}}}])
def test_what_is_no_cursor_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="in the cursor"):
        Cursor.from_json(value)  # type: ignore[arg-type]


def folder(name: str, *flags: str, delimiter: str = "/") -> Folder:
    return Folder(name, frozenset(flags), delimiter)


def test_inbox_and_sent_are_followed_and_what_was_asked_for() -> None:
    listed = [
        folder("inbox"),
        folder("Gesendet"),
        folder("Outbox copy", "sent"),
        folder("Orders"),
        folder("Spam", "junk"),
    ]
    plan = plan_folders(listed, ["Orders", "INBOX", "Nowhere"])
    assert plan.followed == ("inbox", "Outbox copy", "Orders")
    assert (plan.sent, plan.missing) == ("Outbox copy", ("Nowhere",))


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ([folder("INBOX"), folder("INBOX.Sent", delimiter=".")], "INBOX.Sent"),
        ([folder("INBOX"), folder("Posta inviata")], "Posta inviata"),
        ([folder("INBOX"), folder("Sent Items"), folder("Sent")], "Sent"),
        ([folder("INBOX"), folder("Sent", "noselect")], None),
        ([folder("INBOX"), folder("Absent")], None),
    ],
)
def test_sent_mail_is_found_by_its_name_where_it_is_not_marked(listed: list[Folder], sent: str | None) -> None:
    assert plan_folders(listed, []).sent == sent


def test_the_folder_of_everything_is_known_and_not_followed() -> None:
    plan = plan_folders([folder("INBOX"), folder("[Mail]/All", "all"), folder("[Mail]/Sent", "sent")], [])
    assert (plan.everything, plan.followed) == ("[Mail]/All", ("INBOX", "[Mail]/Sent"))


def sized(*sizes: int) -> list[Measured]:
    return [Measured(uid, size, DECIDED, seen=False) for uid, size in enumerate(sizes, 1)]


@pytest.mark.parametrize(
    ("sizes", "first", "count"),
    [
        ((40, 40, 40), True, 2),
        ((200, 1), True, 1),
        ((200, 1), False, 0),
        ((1, 1, 1, 1, 1), True, 4),
        ((100 * 2**20, 50, 50, 50), True, 3),
        ((), True, 0),
    ],
)
def test_a_page_takes_the_beginning_that_fits(sizes: tuple[int, ...], first: bool, count: int) -> None:
    assert len(choose_page(sized(*sizes), room=4, space=100, largest=50 * 2**20, first=first)) == count
