"""A workspace that is full: started, read and reported, counted by hand; how long a million takes is `make bench`."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import Connection, func, select

from inbox_app.app import App
from inbox_app.domain.report import Report
from inbox_app.queries.inbox import STRETCH
from inbox_app.settings import local_zone
from inbox_app.storage import schema as s
from tests.counted_by_hand import Hours, count_by_hand, hold
from tests.e2e.conftest import Start
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import dialog_of, until
from ui.community.lines import LinesPage
from ui.community.report_page import ReportPage

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
DAYS = 90


async def filled(start: Start) -> App:
    """The practice room with all that was ever said in it; its window is closed again."""
    person = start()
    assert await person.session.begin(None)
    person.click(person.window.first_start.practice)
    await person.see_list(10)
    app = app_of(person)
    await app.sync()
    await person.session.close()
    person.window.close()
    return app


def app_of(person: Person) -> App:
    core = person.session.core
    assert isinstance(core, App)
    return core


@pytest.mark.timeout(300)
async def test_a_full_room_is_read_and_reported_by_three_keys_and_two_clicks(start: Start, hands: Hands) -> None:
    address = (await filled(start)).address
    person = start()
    hands.begin()
    assert await person.session.begin(address)
    await person.see_list(10)
    app = app_of(person)
    await app.stop()
    held = await app.store.read(lambda conn: conn.execute(select(func.count()).select_from(s.message)).scalar_one())
    assert held > 3000

    await person.open(person.place.bridge.ids[0])
    assert 0 < len(person.thread.messages) <= STRETCH
    person.press(Qt.Key.Key_G)
    person.press(Qt.Key.Key_P)
    page = await dialog_of(person.place, ReportPage)
    await until(lambda: page.is_settled, "the report of a month")
    page.span.setFocus()
    QTest.keyClick(page.span, Qt.Key.Key_Down)
    await until(lambda: is_of(page, DAYS), "the report of 90 days")
    assert page.report is not None
    assert unlike(page.report, await app.store.read(partial(by_hand, page.report))) == []

    mark, figure = max(page.heat.marks(), key=lambda one: one[1].value or 0)
    QTest.mouseClick(page.heat, Qt.MouseButton.LeftButton, pos=mark.center().toPoint())
    lines = await dialog_of(page, LinesPage)
    assert lines.list.count() == figure.value
    hands.did("25 a million messages")
    lines.reject()
    page.reject()


def is_of(page: ReportPage, days: int) -> bool:
    report = page.report
    return page.is_settled and report is not None and (report.span.last - report.span.first).days == days - 1


Counts = dict[tuple[str, str], float]


def by_hand(report: Report, conn: Connection) -> Counts:
    span = report.span
    found = count_by_hand(hold(conn), span.first, span.last, local_zone(), Hours())
    return {(part, key): one[0] or 0 for part, figures in found.items() for key, one in figures.items()}


def unlike(report: Report, counted: Counts) -> list[str]:
    told = {(part.value, one.key): one.value or 0 for part, figures in report.parts.items() for one in figures}
    keys = sorted({*told, *counted})
    return [f"{key}: {told.get(key)}" for key in keys if told.get(key, 0) != counted.get(key, 0)]
