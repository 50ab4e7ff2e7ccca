"""A post for several accounts: each is named whole beside the text, in a wide dialog and in a narrow one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget

from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import AccountId, TemplateId
from inbox_app.domain.tone import Finding, Rule
from inbox_app.queries import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.domain.test_templates import FAMILY
from ui.publish_dialog import PublishDialog
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox, Label
from ui.wordings import Post, Wordings

pytestmark = pytest.mark.ui
LONG = "@fornace.melagrana@social.ceramiche.example"
LOWEST = QSize(667, 336)
"""What 200 % leave of a small screen."""
ENDLESS = "@" + "fornace" * 20 + "@social.example"


async def asking(core: StoreCore, theme: Theme, keep: Keep, *handles: str) -> PublishDialog:
    (known,) = await accounts.every(core.store)
    where = [replace(known, id=AccountId(f"a{n}"), handle=handle) for n, handle in enumerate(handles)]
    window = keep(QWidget())
    window.resize(1366, 768)
    dialog = keep(PublishDialog(theme, window, where, dict.fromkeys((one.id for one in where), Limits()), (FAMILY,)))
    dialog.fill(Wordings(), [one.id for one in where])
    dialog.show()
    return dialog


@pytest.mark.parametrize("width", [820, 480])
async def test_names_of_accounts_are_whole(core: StoreCore, theme: Theme, keep: Keep, width: int) -> None:
    dialog = await asking(core, theme, keep, LONG, "@shop")
    dialog.resize(width, 520)
    names = dialog.findChildren(QScrollArea)[0].viewport()

    def is_whole(box: CheckBox) -> bool:
        end = box.mapTo(names, box.rect().topRight())
        return end.x() < names.width() and box.width() >= box.sizeHint().width()

    await until(lambda: all(map(is_whole, dialog.boxes.values())), "nothing of a name is cut")
    assert [box.text().strip() for box in dialog.boxes.values()] == [LONG, "@shop"]


async def test_a_name_without_end_leaves_room_for_the_text(core: StoreCore, theme: Theme, keep: Keep) -> None:
    dialog = await asking(core, theme, keep, ENDLESS, "@shop")
    (box, _other) = dialog.boxes.values()
    assert "…" in box.text()
    assert box.text().endswith("example")
    assert box.toolTip().startswith(ENDLESS)
    assert dialog.field.width() > dialog.width() // 3
    assert dialog.go.text() == "Publish on 2 accounts"


async def test_a_template_takes_nothing_of_what_was_written(core: StoreCore, theme: Theme, keep: Keep) -> None:
    dialog = await asking(core, theme, keep, "@shop")
    dialog.template_chosen.connect(lambda of: dialog.take(Wordings(Post(f"Template {of}"), template=TemplateId(of))))

    def stands() -> tuple[str, str | None]:
        return dialog.field.toPlainText(), dialog.wordings.template

    dialog.field.setFocus()
    QTest.keyClicks(dialog.field, "My own")
    QTest.keyClick(dialog.template, Qt.Key.Key_Down)
    assert stands() == (f"Template {FAMILY.first.id}\n\nMy own", FAMILY.first.id)
    QTest.keyClick(dialog.template, Qt.Key.Key_Up)
    assert stands() == ("My own", None)
    QTest.keyClick(dialog.template, Qt.Key.Key_Down)
    dialog.field.selectAll()
    QTest.keyClicks(dialog.field, "Quite another")
    assert (dialog.template.currentText(), stands()) == ("Without a template", ("Quite another", None))


async def test_what_was_begun_is_gone_on_with_at_its_end(core: StoreCore, theme: Theme, keep: Keep) -> None:
    dialog = await asking(core, theme, keep, "@shop")
    dialog.fill(Wordings(Post("Which mug")), dialog.places)
    QTest.keyClicks(dialog.field, " today?")
    assert dialog.wordings.shared.text == "Which mug today?"


async def test_what_departs_from_the_tone_sheet_takes_one_line_where_it_is_low(
    core: StoreCore, theme: Theme, keep: Keep
) -> None:
    dialog = await asking(core, theme, keep, "@shop")
    dialog.resize(LOWEST)
    await until(lambda: dialog.size() == LOWEST, "the low dialog")
    long = Finding(Rule.GREETING, "It begins without a greeting of ours. " * 6, 0, 0, "Hi", "Begin with “Hi”")
    dialog.tone.show_findings([long] * 4)
    await until(lambda: any(one.isVisible() for one in dialog.tone.findChildren(Label)), "the findings")
    assert (layout := dialog.layout()) is not None
    assert layout.totalMinimumHeightForWidth(LOWEST.width()) <= LOWEST.height()
    dialog.tone.say("Only you can mend what departs. " * 6)
    await until(lambda: any(one.isVisible() for one in dialog.tone.findChildren(Label)), "the sentence")
    assert layout.totalMinimumHeightForWidth(LOWEST.width()) <= LOWEST.height()
    assert dialog.size() == LOWEST
