"""What rows, messages and bars say is so, is said once, and stays so while time passes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from inbox_app.domain.ids import ColleagueId, ReminderId
from inbox_app.domain.reminders import ReminderRow
from inbox_app.domain.words import Hat, Kind
from inbox_app.paths import resolve_workspace
from inbox_app.settings import Theme as Wanted
from tests.ui import sample, sample_threads
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.accounts.add_account import AddAccountDialog
from ui.app_window import AppWindow
from ui.commands import Does, wear_keys
from ui.conversation import part
from ui.conversation.items import MessageItem, items_of
from ui.conversation.thread_view import ThreadView
from ui.inbox.conversation_list import ConversationList
from ui.inbox.row_painter import _RowLines
from ui.inbox.row_text import got_by, spoken
from ui.reminders.words import left
from ui.tasks import Tasks
from ui.theme.painting import ChipPainter
from ui.theme.theme import Theme
from ui.theme.widgets import Label
from ui.tour import Sights, hints
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    await core.tell(said("a", 1), said("b", 2))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 2, "the list")
    yield made
    await made.close_down()


async def test_nothing_can_be_written_before_a_conversation_is_chosen(place: Workplace) -> None:
    assert not place.composer.isVisible()
    place.open(place.bridge.ids[0])
    assert place.composer.isVisible()


async def test_a_row_with_a_draft_says_so_until_it_is_sent(place: Workplace) -> None:
    first = place.bridge.ids[0]
    place.open(first)
    await until(lambda: place.answering.writing.conversation == first, "the draft")
    QTest.keyClicks(place.composer.field, "Dear Maya")
    await until(lambda: has_draft(place), "the mark of the draft")
    assert "a draft of yours" in spoken(place.list.row(first) or sample.CONVERSATIONS[0])
    place.give(Does.SEND)
    await until(lambda: not has_draft(place), "no mark any more")


def has_draft(place: Workplace) -> bool:
    row = place.list.row(place.bridge.ids[0])
    return row is not None and row.has_draft


@pytest.mark.parametrize("count", [1, 3])
def test_every_open_row_says_how_much_there_is_to_answer(
    theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    chips: list[str] = []
    add = ChipPainter.add

    def note(self: ChipPainter, text: str, *rest: object, **more: object) -> bool:
        chips.append(text)
        return add(self, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ChipPainter, "add", note)
    pane = keep(ConversationList(theme))
    pane.resize(384, 300)
    row = replace(sample.CONVERSATIONS[0], needs_reply=count, tags=(), reminder=None)
    pane.show_ids([row.id])
    pane.show_rows([row])
    pane.show()
    pane.grab()
    assert f"{count} to answer" in chips


def test_where_there_is_no_room_what_is_to_be_done_stays_and_the_rest_gives_way(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    add = ChipPainter.add

    def note(self: ChipPainter, text: str, *rest: object, **more: object) -> bool:
        if fits := add(self, text, *rest, **more):  # type: ignore[arg-type]
            drawn.append(text)
        return fits

    monkeypatch.setattr(ChipPainter, "add", note)
    pane = keep(ConversationList(Theme(Wanted.LIGHT, 2.0)))
    pane.resize(430, 300)
    row = replace(sample.CONVERSATIONS[0], needs_reply=3, is_important=True, has_draft=True, hat=Hat.SOCIAL)
    pane.show_ids([row.id])
    pane.show_rows([replace(row, is_due=True)])
    pane.show()
    pane.grab()
    assert drawn == ["Due", "3 to answer"]
    drawn.clear()
    pane.resize(300, 300)
    pane.grab()
    assert [text[:4] for text in drawn] == ["3 to"]
    drawn.clear()
    pane.resize(1100, 300)
    pane.grab()
    assert drawn[:5] == ["Important", "Due", "3 to answer", "Draft", "Social"], "in their order where there is room"


@pytest.mark.parametrize("title", ["Tasting", "A subject as long as subjects are when they are long, and longer"])
def test_a_row_names_the_accounts_that_got_it(
    theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    written: list[str] = []
    write = _RowLines._write

    def note(self: _RowLines, text: str, *rest: object, **more: object) -> None:
        written.append(text)
        write(self, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(_RowLines, "_write", note)
    pane = keep(ConversationList(theme))
    pane.resize(384, 300)
    mailboxes = ("shop@two.example", "info@two.example")
    names = {"Tasting": "shop, info"}.get(title, "shop, ")
    row = replace(sample.CONVERSATIONS[0], kind=Kind.MAIL, post_title="", title=title, mailboxes=mailboxes, tags=())
    pane.show_ids([row.id])
    pane.show_rows([row])
    pane.show()
    pane.grab()
    assert any(one.startswith(names) for one in written)
    assert any(one.startswith(title[:3]) for one in written)
    assert "in shop@two.example, info@two.example" in spoken(row)
    assert got_by(replace(row, mailboxes=("a@x.example", "a@y.example"))) == "a@x.example, a@y.example"


async def test_what_was_just_sent_has_one_button_to_take_it_back(place: Workplace) -> None:
    place.open(place.bridge.ids[0])
    await until(lambda: place.answering.writing.conversation, "the draft")
    QTest.keyClicks(place.composer.field, "Too early")
    place.give(Does.SEND)
    await until(lambda: any(row.outbox for row in place.answering._messages()), "it in the thread")
    await until(place.leaving.isVisible, "the bar")
    undo = [one for one in place.findChildren(QPushButton) if one.isVisible() and one.text().startswith("Undo")]
    assert [one.text() for one in undo] == ["Undo (Z)"]


@pytest.mark.parametrize(("title", "shown"), [("Atelier", ""), ("Re: Atelier", ""), ("Another thing", "Another thing")])
def test_a_title_is_repeated_only_where_it_is_another(title: str, shown: str) -> None:
    thread = replace(
        sample_threads.THREAD,
        row=replace(sample_threads.THREAD.row, kind=Kind.ROOM, title="Atelier", post_title=""),
        messages=tuple(replace(one, title=title) for one in sample_threads.THREAD.messages),
    )
    assert {item.title for item in items_of(thread) if isinstance(item, MessageItem)} == {shown}


def test_how_long_ago_something_was_stays_true(theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = keep(ThreadView(theme))
    pane.resize(700, 700)
    pane.show()
    pane.show_thread(sample_threads.THREAD)
    QApplication.processEvents()
    monkeypatch.setattr(part, "ago", lambda _moment: "later")
    pane.keep_time()
    told = [one for one in pane.column.findChildren(QLabel) if one.isVisible() and one.text() == "later"]
    assert len(told) >= len([one for one in pane.column.widgets() if one.isVisible()]) > 0


def test_the_tour_names_the_keys_and_the_time_that_hold_here(keep: Keep) -> None:
    wear_keys({"reply": "F9", "send": "F10"})
    try:
        part = keep(QWidget())
        sights = Sights(part, part, lambda: None, part, part, part, undo_seconds=30, open_one=lambda: None)
        told = " ".join(hint.text for hint in hints(sights))
    finally:
        wear_keys({})
    assert "F9 answers" in told
    assert "send with F10. For 30 seconds" in told


async def test_the_panel_says_nothing_of_a_conversation_before_one_is_chosen(place: Workplace) -> None:
    said_there = [label.text() for label in place.members.findChildren(QLabel) if not label.isHidden()]
    assert "Choose a conversation: whoever wrote it is shown here." in said_there
    assert not any("written here yet" in text for text in said_there)


def test_what_is_set_for_two_weeks_from_now_is_there_in_fourteen_days() -> None:
    now = datetime.now(UTC)
    row = ReminderRow(
        ReminderId("r"),
        ColleagueId("c"),
        None,
        None,
        "",
        "",
        "",
        now,
        "UTC",
        "",
        False,
        "",
        now,
        None,
        None,
        False,
        False,
    )
    spans = [timedelta(days=14), timedelta(hours=3), timedelta(minutes=30)]
    told = [left(replace(row, due_at=now + span), now + timedelta(seconds=9)) for span in spans]
    assert told == ["in 14 days", "in 3 hours", "in 30 minutes"]


async def test_the_practice_room_says_that_an_account_is_real(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    told = []
    for address in (core.address, resolve_workspace("practice")):
        core.address = address
        dialog = keep(AddAccountDialog(core, tasks, theme))
        dialog.show()
        told.append([one.text() for one in dialog.findChildren(Label) if one.isVisible() and "real" in one.text()])
    assert [len(one) for one in told] == [0, 1]
