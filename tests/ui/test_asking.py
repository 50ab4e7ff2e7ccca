"""A post for several accounts: each is named whole beside the text, in a wide dialog and in a narrow one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QScrollArea, QWidget

from inbox_app.contract.limits import Limits
from inbox_app.domain.ids import AccountId
from inbox_app.queries import accounts
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from ui.publish_dialog import PublishDialog
from ui.theme.theme import Theme
from ui.theme.widgets import CheckBox
from ui.wordings import Wordings

pytestmark = pytest.mark.ui
LONG = "@fornace.melagrana@social.ceramiche.example"
ENDLESS = "@" + "fornace" * 20 + "@social.example"


async def asking(core: StoreCore, theme: Theme, keep: Keep, *handles: str) -> PublishDialog:
    (known,) = await accounts.every(core.store)
    where = [replace(known, id=AccountId(f"a{n}"), handle=handle) for n, handle in enumerate(handles)]
    window = keep(QWidget())
    window.resize(1366, 768)
    dialog = keep(PublishDialog(theme, window, where, dict.fromkeys((one.id for one in where), Limits()), ()))
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
