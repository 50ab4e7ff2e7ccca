"""The pages about the whole community: newcomers by a key each, open questions, figures with messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu

from inbox_app.actions import members, triage, welcoming
from inbox_app.domain.members_list import Wanted
from inbox_app.domain.report import Part
from inbox_app.domain.words import State
from inbox_app.queries import community, inbox, writing
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.newcomers import NEW, newcomers_in
from tests.ui.patience import closed, dialog_of, until
from ui.commands import Does, key_text, name_of
from ui.community.charts import Heat
from ui.community.lines import LinesPage
from ui.community.pairs_page import PairsPage
from ui.community.questions_page import QuestionsPage
from ui.community.report_page import ReportPage
from ui.community.welcome_page import WelcomePage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import NameButton
from ui.workplace import Workplace


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Newcomers, each in a conversation of their own, and somebody who asks one of them."""
    async with newcomers_in(core, tasks, theme, keep) as made:
        yield made


async def test_newcomers_are_welcomed_by_a_key_each_and_by_two_not_twice(place: Workplace, core: StoreCore) -> None:
    QTest.keyClick(place.list.view, Qt.Key.Key_G)
    QTest.keyClick(place.list.view, Qt.Key.Key_N)
    page = await dialog_of(place, WelcomePage)
    assert "text of n0" in {one.text() for one in page.newcomer.findChildren(QLabel)}, "what was said first"
    for left in range(NEW, 0, -1):
        await until(lambda: page.is_settled and page.welcome.isEnabled(), "the next newcomer")
        assert len(await community.offered(core.store)) == left
        QTest.keyClick(page, Qt.Key.Key_W)
        QTest.keyClick(page, Qt.Key.Key_W)  # Pressed twice it welcomes nobody twice.
        await until(lambda: page.is_settled, "the welcome")
    assert await community.offered(core.store) == ()
    assert page.current is None
    assert not page.answer.isVisible()
    sent = await writing.outbox(core.store, settled=False)
    assert len({row.conversation for row in sent}) == len(sent) == NEW
    assert {row.text for row in sent} == {"Welcome, friend!"}


async def test_in_a_low_window_the_first_words_have_the_room(place: Workplace) -> None:
    place.give(Does.WELCOME)
    page = await dialog_of(place, WelcomePage)
    await until(lambda: page.is_settled and page.figures.isVisible(), "the desk")
    page.resize(683, 384)
    await until(lambda: not page.figures.isVisible() and page.template.isVisible(), "the low desk")
    assert page.template.mapTo(page, QPoint()).y() < page.newcomer.mapTo(page, QPoint()).y(), "it stands in the title"
    assert page.newcomer.height() > 120
    page.resize(980, 680)
    await until(lambda: page.template.mapTo(page.answer, QPoint()).y() > 0, "the template with the answer again")
    assert page.figures.isVisible()
    page.reject()


async def test_the_mouse_finds_every_page_about_people_and_all_commands(place: Workplace) -> None:
    def offered() -> list[QMenu]:
        return [one for one in place.findChildren(QMenu) if one.isVisible()]

    place.sidebar.community.click()
    await until(offered, "the menu of the community")
    lines = [one.text() for one in offered()[0].actions() if not one.isSeparator()]
    pages = (Does.MEMBERS, Does.PAIRS, Does.WELCOME, Does.QUESTIONS, Does.REPORT, Does.REMINDERS, Does.COMMANDS)
    assert lines == [f"{name_of(does)}\t{key_text(does)}" for does in pages]
    offered()[0].actions()[1].trigger()
    page = await dialog_of(place, PairsPage)
    page.reject()


async def test_whoever_is_dealt_with_by_hand_is_offered_no_more_until_it_is_taken_back(
    place: Workplace, core: StoreCore
) -> None:
    place.give(Does.WELCOME)
    page = await dialog_of(place, WelcomePage)
    for key in (Qt.Key.Key_D, Qt.Key.Key_P):
        await until(lambda: page.is_settled, "the next newcomer")
        QTest.keyClick(page, key)
    await until(lambda: page.is_settled and page.list.count() == NEW - 2, "both dealt with")
    found = await community.welcomes(core.store)
    assert (found.newcomers, found.welcomed) == (NEW - 1, 1)
    QTest.keyClick(page, Qt.Key.Key_Z)
    await until(lambda: page.is_settled and page.list.count() == NEW - 1, "one of them back")
    page.reject()


async def test_z_takes_back_what_was_done_on_the_desk_and_goes_there(place: Workplace, core: StoreCore) -> None:
    before = place.bridge.ids[0]
    await triage.finish(core.store, core.me, [before])
    place.give(Does.WELCOME)
    page = await dialog_of(place, WelcomePage)
    await until(lambda: page.is_settled and page.welcome.isEnabled(), "the first newcomer")
    QTest.keyClick(page, Qt.Key.Key_Z)
    await until(lambda: page.figures.text().startswith("Nothing was done here"), "that nothing is taken back")
    assert (await inbox.conversation_rows(core.store, core.me, [before]))[0].state is State.DONE
    QTest.keyClick(page, Qt.Key.Key_J)
    await until(lambda: page.is_settled and page.welcome.isEnabled(), "the second newcomer")
    welcomed = page.current
    QTest.keyClick(page, Qt.Key.Key_W)
    await until(lambda: page.is_settled and page.list.count() == NEW - 1, "the welcome")
    assert welcomed is not None
    assert page.figures.text().startswith(f"The welcome to {welcomed.member.name} leaves when"), "in front of the desk"
    page.resize(683, 384)
    await until(lambda: page._low, "the low desk")
    assert page.figures.isVisible(), "also where the figures have no room"
    QTest.keyClick(page, Qt.Key.Key_Z)
    await until(lambda: page.is_settled and page.list.count() == NEW, "the newcomer back")
    assert not page.figures.text().startswith("The welcome")
    assert page.current == welcomed
    assert await writing.outbox(core.store, settled=False) == ()
    assert await writing.drafts_of(core.store, core.me) == ()
    page.reject()


async def test_whom_another_desk_dealt_with_meanwhile_is_not_welcomed_twice(place: Workplace, core: StoreCore) -> None:
    place.give(Does.WELCOME)
    page = await dialog_of(place, WelcomePage)
    await until(lambda: page.is_settled and page.welcome.isEnabled(), "the first newcomer")
    assert page.current is not None
    quicker = page.current.member
    await welcoming.greet(core.store, core.me, [quicker.id])
    QTest.keyClick(page, Qt.Key.Key_W)
    await until(lambda: page.is_settled and page.list.count() == NEW - 1, "what is true now")
    assert quicker.name in page.problem.text()
    assert await writing.outbox(core.store, settled=False) == ()
    following, opened = page.current, list[object]()
    assert following is not None
    page.line_asked.connect(opened.append)
    QTest.keyClick(page, Qt.Key.Key_O)
    assert opened == [following.first]
    await closed(page)


async def test_an_open_question_leads_to_its_message(place: Workplace) -> None:
    place.give(Does.QUESTIONS)
    page = await dialog_of(place, QuestionsPage)
    assert page.asked.count() == 1
    assert "answered by New01" in page.asked.item(0).text()
    assert page.helpers.count() == 1
    QTest.keyClick(page.asked, Qt.Key.Key_Return)
    await until(lambda: place.bridge.on_screen is not None and place.is_settled, "its conversation")
    assert place.bridge.on_screen is not None
    assert place.bridge.on_screen.messages[0].text == "When does it open?"


async def test_a_question_that_needs_no_answer_is_done_by_a_key_and_comes_back(
    place: Workplace, core: StoreCore
) -> None:
    place.give(Does.QUESTIONS)
    page = await dialog_of(place, QuestionsPage)
    QTest.keyClick(page, Qt.Key.Key_E)
    await until(lambda: page.is_settled and page.asked.current_line is None, "the question gone")
    assert not page.done_with.isEnabled()
    other = place.bridge.ids[-1]
    await triage.finish(core.store, core.me, [other])
    QTest.keyClick(page, Qt.Key.Key_Z)
    await until(lambda: page.is_settled and page.asked.current_line is not None, "the question back")
    (row,) = await inbox.conversation_rows(core.store, core.me, [other])
    assert row.state is State.DONE, "decided elsewhere, by a notification say"
    QTest.keyClick(page, Qt.Key.Key_Z)
    await until(lambda: page.is_settled, "nothing")
    assert page.asked.current_line is not None
    page.reject()


async def open_figure(place: Workplace, page: ReportPage, name: str) -> None:
    """The messages of a figure of the tables."""
    figure = next(one for one in page.findChildren(NameButton) if one.accessibleName().startswith(f"{name}: "))
    figure.click()
    lines = await dialog_of(place, LinesPage)
    assert figure.accessibleName() == f"{name}: {lines.list.count()}"
    assert lines.list.count() > 0
    lines.reject()
    await until(lambda: not place.findChildren(LinesPage), "the list gone")


async def say_what_they_count(page: ReportPage) -> None:
    """Those that could be taken for something else, beside them and in their tips."""
    assert page.with_us.isHidden(), "nobody here is one of us"
    await until(lambda: page.is_settled, "the report in these hours")
    notes = " ".join(one.text() for one in page.sheet.findChildren(QLabel) if one.isVisible())
    assert "outside of them waited 0 min" in notes
    assert "whose conversation is not done" in notes
    (unanswered,) = (one for one in page.findChildren(NameButton) if one.accessibleName().startswith("Not answered"))
    assert "also where the conversation is done" in unanswered.toolTip()


async def test_a_report_counts_what_one_of_us_said_only_where_that_is_ticked(place: Workplace, core: StoreCore) -> None:
    whom = (await community.listed(core.store, Wanted(words="new05")))[0]
    await members.count_as_ours(core.store, core.me, whom, ours=True)
    place.give(Does.REPORT)
    page = await dialog_of(place, ReportPage)
    await until(lambda: page.is_settled and page.with_us.isVisible(), "the report")
    assert page.report is not None
    left = page.report.value(Part.TOTALS, "in")
    page.with_us.click()
    await until(lambda: page.is_settled and page.report is not None and page.report.span.with_us, "all that came")
    assert page.report.value(Part.TOTALS, "in") == NEW + 2 > (left or 0)
    page.reject()


async def test_every_figure_leads_to_the_messages_it_counts(place: Workplace, core: StoreCore, tmp_path: Path) -> None:
    await triage.retag(core.store, core.me, [place.bridge.ids[0]], put=["Two words"])
    place.give(Does.REPORT)
    page = await dialog_of(place, ReportPage)
    await until(lambda: page.is_settled, "the report")
    assert page.report is not None
    assert page.report.value(Part.TOTALS, "in") == NEW + 2
    for name in ("Two words, from members", "Members who spoke", "Who spoke in the last 30 days"):
        await open_figure(place, page, name)
    pressed: list[bool] = []
    page.print.pressed.connect(lambda: pressed.append(True))
    QTest.keyClicks(page.hours, "mon-fri 9-18")
    QTest.keyClick(page.hours, Qt.Key.Key_Return)
    assert not pressed, "Enter keeps the hours, and prints nothing"
    await say_what_they_count(page)
    for chart in (page.bars, page.heat):
        assert sum(int(one.value or 0) for one in chart.figures) == NEW + 2
        chart.current = next(at for at, one in enumerate(chart.figures) if one.value)
        QTest.keyClick(chart, Qt.Key.Key_Return)
        lines = await dialog_of(place, LinesPage)
        assert lines.list.count() == chart.figures[chart.current].value
        for row in range(lines.list.count()):
            line = lines.list.item(row).text()
            number = line.partition("text of n")[2].partition(",")[0]
            assert not number or f"New{int(number):02}" in line, "by whom, also for whoever hears the list"
        lines.reject()
        await until(lambda: not place.findChildren(LinesPage), "the list gone")
    page.span.setCurrentIndex(page.span.findData(90))
    page.span.activated.emit(page.span.currentIndex())
    await until(lambda: page.is_settled and "week from" in page.bars.accessibleName(), "the bars of weeks, named so")
    assert isinstance(page.heat, Heat)
    assert len(page.heat.figures) == 7 * 24
    page.print.click()
    asked = await dialog_of(place, QFileDialog)
    asked.setDirectory(str(tmp_path))
    asked.accept()
    await until(lambda: "report.pdf" in place.toast.words.accessibleName(), "what was written")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    page.reject()
