"""A window in front with newcomers, each in a conversation of their own, and somebody who asks one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from inbox_app.actions import templating
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.wording import Wording
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import START, said
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

NEW = 6


def lately(remote_id: str, minutes: float, **more: Any) -> MessageSeen:
    """Something said within the last hours."""
    since = (datetime.now(UTC) - timedelta(hours=6) - START).total_seconds() / 60
    return said(remote_id, since + minutes, **more)


@asynccontextmanager
async def newcomers_in(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """The workplace; closed down at the end."""
    await core.tell(*(lately(f"n{one}", one, by=f"new{one:02}") for one in range(NEW)))
    await core.tell(lately("q", 40, by="new00", text="When does it open?"))
    await core.tell(lately("a", 41, by="new01", parent="q", text="At six."))
    await templating.add(core.store, core.me, Wording("Done", "", steps=(Step(Deed.DONE),)))  # there are no words in it
    await templating.add(core.store, core.me, Wording("Hello", "Welcome, {member.first|friend}!"))
    window = keep(AppWindow(tasks, theme))
    window.resize(1640, 960)
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == NEW + 1, "the list")
    made.list.view.setFocus()
    yield made
    await made.close_down()
