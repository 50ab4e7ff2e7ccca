"""Desktop notifications on a real session bus: what is told, when it is quiet, and what pressing on one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inbox_app.actions import reminders, triage, views
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import AccountId, ConversationId
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.words import State
from inbox_app.queries import accounts, inbox
from inbox_app.queries import reminders as questions
from inbox_app.settings import QuietHours
from inbox_app.storage.falling_due import fire_reminders
from inbox_app.storage.transaction import Tx
from tests.servers.notification_service import NotificationBusDaemon, NotificationService
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.commands import Does
from ui.desktop.manners import MannersDialog
from ui.desktop.notes import Note
from ui.notifier import Notifier
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = [pytest.mark.ui, pytest.mark.server]


@pytest.fixture
async def service(daemon: NotificationBusDaemon, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NotificationService]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
    async with NotificationService() as made:
        yield made


@dataclass(frozen=True)
class News:
    """What the engine tells of."""

    kind: str
    account: AccountId | None = None
    text: str = ""
    conversation: ConversationId | None = None


@dataclass
class Desk:
    """The window with its notifier."""

    core: StoreCore
    place: Workplace
    notifier: Notifier
    clock: list[datetime]

    async def set_one(self, text: str = "Call <b>Maya</b> & Ben", about: int = 0) -> None:
        wanted = About((await inbox.conversation_ids(self.core.store, self.core.me))[about])
        plan = Plan(datetime.now(UTC) + timedelta(days=1), text)
        await reminders.remind(self.core.store, self.core.me, [wanted], plan)

    async def fire(self) -> None:
        def tomorrow(tx: Tx) -> None:
            tx.now += 2 * 24 * 3_600_000
            fire_reminders(tx)

        await self.core.store.write(tomorrow)

    async def due(self) -> list[str]:
        return [row.text for row in await questions.every(self.core.store, self.core.me, due=True)]


@pytest.fixture
async def desk(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Desk]:
    await core.tell(said("a", 1), said("b", 2))
    place = keep(Workplace(core, tasks, theme))
    clock = [datetime(2026, 11, 26, 12, 0, tzinfo=UTC)]
    notifier = Notifier(QIcon(), tasks, keep(QWidget()), lambda: clock[0])
    notifier.serve(core)
    place.reminding.fell_due.connect(notifier.remind)
    place.reminding.due_changed.connect(notifier.settle)
    notifier.pressed.connect(place.reminding.answer)
    yield Desk(core, place, notifier, clock)
    await notifier.close()
    await place.close_down()


async def test_a_reminder_is_told_with_acts_and_done_from_there(desk: Desk, service: NotificationService) -> None:
    await desk.set_one()
    await desk.fire()
    await until(lambda: service.shown, "the notification")
    (shown,) = service.shown
    assert shown.title == "Reminder, late"
    assert shown.text.startswith("Call &lt;b&gt;Maya&lt;/b&gt; &amp; Ben"), "foreign text is no markup"
    assert shown.acts == ("default", "Open", "done", "Done", "later", "In an hour")
    assert shown.urgency == ("y", 1)
    await service.press(shown.number, "done")
    await gone(desk)
    await triage.undo(desk.core.store, desk.core.me)
    assert len(await desk.due()) == 1


async def test_later_moves_it_and_open_shows_the_conversation(desk: Desk, service: NotificationService) -> None:
    opened: list[Note] = []
    desk.notifier.opened.connect(opened.append)
    await desk.set_one()
    await desk.fire()
    await until(lambda: service.shown, "the notification")
    await service.press(service.shown[0].number, "later")
    await gone(desk)
    (row,) = await questions.every(desk.core.store, desk.core.me)
    assert timedelta(minutes=58) < row.due_at - datetime.now(UTC) < timedelta(minutes=61)
    await desk.fire()
    await until(lambda: len(service.shown) == 2, "it again")
    await service.press(service.shown[1].number, "default")
    await until(lambda: [note.conversation for note in opened] == [row.conversation], "the conversation")


async def test_it_is_told_once_though_the_window_is_made_anew(
    desk: Desk, service: NotificationService, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    await desk.set_one()
    await desk.fire()
    await until(lambda: service.shown, "the notification")
    again = keep(Workplace(desk.core, tasks, theme))
    desk.notifier.serve(desk.core)
    again.reminding.fell_due.connect(desk.notifier.remind)
    heard: list[object] = []
    again.reminding.fell_due.connect(heard.append)
    await until(lambda: heard, "what is due, in the new window")
    desk.notifier.tell(News("not_sent", text="The last one."))
    await until(lambda: service.shown[-1].text == "The last one.", "the last one")
    assert len(service.shown) == 2
    await again.close_down()


async def test_a_press_that_is_heard_before_the_answer_counts_too(desk: Desk, service: NotificationService) -> None:
    service.hasty = "done"
    await desk.set_one()
    await desk.fire()
    await gone(desk)


async def test_several_after_a_night_are_one_notification(desk: Desk, service: NotificationService) -> None:
    for text in ("one", "two", "three"):
        await desk.set_one(text)
    await desk.fire()
    await until(lambda: service.shown, "the notification")
    assert [shown.title for shown in service.shown] == ["3 reminders are due"]


async def test_quiet_hours_hold_reminders_until_they_end(desk: Desk, service: NotificationService) -> None:
    hours = QuietHours(time(22), time(7))
    desk.core.settings.change(lambda now: replace(now, quiet_hours=hours))
    desk.clock[0] = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    await desk.set_one("one")
    await desk.set_one("two", about=1)
    told: list[object] = []
    desk.place.reminding.fell_due.connect(told.append)
    await desk.fire()
    await until(lambda: told, "them due")
    assert service.shown == []
    first = next(one for one in await questions.every(desk.core.store, desk.core.me) if one.text == "one")
    await reminders.finish(desk.core.store, desk.core.me, [first.id])
    await until(lambda: len(desk.notifier._held) == 1, "one left")
    desk.clock[0] = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    desk.notifier.tell_held()
    await until(lambda: service.shown, "the notification")
    assert [shown.text.partition("\n")[0] for shown in service.shown] == ["two"]


async def test_what_needs_a_reply_is_told_and_nothing_else(desk: Desk, service: NotificationService) -> None:
    core = desk.core
    news = News("new_messages", core.account)
    desk.notifier.tell(news)
    await core.tell(said("c", 3, sent_at=datetime.now(UTC), by="noor"))
    desk.notifier.tell(News("sent"))
    desk.notifier.tell(news)
    await until(lambda: service.shown, "the notification")
    (shown,) = service.shown
    assert (shown.title, shown.text) == ("Noor", "text of c")
    wanted = (await inbox.conversation_ids(core.store, core.me))[0]
    await service.press(shown.number, "done")

    async def is_done() -> bool:
        return (await inbox.conversation_rows(core.store, core.me, [wanted]))[0].state is State.DONE

    async with asyncio.timeout(60):
        while not await is_done():
            await asyncio.sleep(0.01)


async def test_more_than_are_looked_for_are_not_counted_wrong(desk: Desk, service: NotificationService) -> None:
    many = [said(f"n{n}", 3, sent_at=datetime.now(UTC), by=f"m{n}") for n in range(25)]
    await desk.core.tell(*many)
    desk.notifier.tell(News("new_messages", desk.core.account))
    await until(lambda: service.shown, "the notification")
    assert [shown.title for shown in service.shown] == ["20 or more messages need a reply"]


async def test_trouble_names_its_account(desk: Desk, service: NotificationService) -> None:
    ours = await accounts.one(desk.core.store, desk.core.account)
    desk.notifier.tell(News("sign_in_needed", ours.id, text="The server no longer accepts the sign-in."))
    await until(lambda: service.shown, "the notification")
    (shown,) = service.shown
    assert (shown.title, shown.text) == (ours.handle, "The server no longer accepts the sign-in.")


@pytest.mark.parametrize("way", ["off", "muted", "in front", "silent view"])
async def test_who_does_not_want_it_is_not_disturbed(desk: Desk, service: NotificationService, way: str) -> None:
    core = desk.core
    if way == "off":
        core.settings.change(lambda now: replace(now, notifications=False))
    elif way == "muted":
        core.settings.change(lambda now: replace(now, muted_accounts=(core.account,)))
    elif way == "silent view":
        quiet = await views.save(core.store, core.me, "Comments", Is(By.KIND, ("comments",)))
        core.settings.change(lambda now: replace(now, silent_views=(quiet,)))
    else:
        desk.notifier.hush(True)
    await core.tell(said("c", 3, sent_at=datetime.now(UTC)))
    desk.notifier.tell(News("new_messages", core.account))
    await until(lambda: not desk.notifier._tasks._running, "nothing under way")
    desk.notifier.hush(False)
    core.settings.change(lambda now: replace(now, notifications=True, muted_accounts=(), silent_views=()))
    desk.notifier.tell(News("not_sent", text="The last one."))
    await until(lambda: service.shown, "the last one")
    assert [shown.text for shown in service.shown] == ["The last one."]


async def test_a_service_that_shows_no_acts_and_no_markup_gets_none(
    desk: Desk, daemon: NotificationBusDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
    async with NotificationService(capabilities=("body",)) as service:
        desk.notifier.tell(News("not_sent", text="1 < 2"))
        await until(lambda: service.shown, "the notification")
        assert (service.shown[0].acts, service.shown[0].text) == ((), "1 < 2")


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/at/all", "nonsense"])
async def test_without_a_bus_the_program_is_whole(desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    desk.notifier.tell(News("not_sent", text="Nobody shows this."))
    await until(lambda: not desk.notifier._tasks._running, "nothing under way")


async def test_a_service_that_ends_and_comes_back_is_found_again(
    desk: Desk, daemon: NotificationBusDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
    async with NotificationService() as first:
        desk.notifier.tell(News("not_sent", text="one"))
        await until(lambda: first.shown, "the first")
    desk.notifier.tell(News("not_sent", text="two"))
    await until(lambda: not desk.notifier._tasks._running, "nothing under way")
    async with NotificationService() as again:
        desk.notifier.tell(News("not_sent", text="three"))
        await until(lambda: again.shown, "the third")
    assert [shown.text for shown in (*first.shown, *again.shown)] == ["one", "three"]


async def gone(desk: Desk) -> None:
    async with asyncio.timeout(60):
        while await desk.due():
            await asyncio.sleep(0.01)


async def test_manners_are_asked_for_and_kept(desk: Desk) -> None:
    core = desk.core
    campaign = await views.save(core.store, core.me, "Campaign", Is(By.HAT, ("social",)))
    mine = await views.save(core.store, core.me, "For me", Is(By.MINE))
    core.settings.change(lambda now: replace(now, silent_views=(mine, "of another workspace")))
    desk.place.give(Does.NOTIFICATIONS)
    dialog = await dialog_of(desk.place, MannersDialog)
    assert not dialog.begin.isEnabled()
    dialog.rests.click()
    dialog.badge.click()
    dialog.begin.setTime(QTime(8, 0))
    assert "all day" in dialog.rest.text()
    dialog.begin.setTime(QTime(21, 30))
    assert "when they end" in dialog.rest.text()
    dialog.told[core.account].click()
    assert dialog.views[mine].currentText() == "Silent"
    QTest.keyClick(dialog.views[mine], Qt.Key.Key_Up)
    QTest.keyClick(dialog.views[campaign], Qt.Key.Key_End)
    dialog.accept()
    wanted = QuietHours(time(21, 30), time(8))
    await until(lambda: core.settings.current.quiet_hours == wanted, "the quiet hours")
    kept = core.settings.current
    assert (kept.muted_accounts, kept.notifications, kept.badge) == ((core.account,), True, False)
    assert (set(kept.telling_views), set(kept.silent_views)) == ({mine}, {"of another workspace", campaign})
