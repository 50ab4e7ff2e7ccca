"""A window in which files are attached to an answer, a mail and a post, and which is killed before anything is sent."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication, QWidget

from connectors import CATALOGUE
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.queries import accounts, inbox, writing
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.store import Store
from tests.ui.cores import StoreCore
from tests.ui.patience import dialog_of, until
from ui import publishing
from ui.commands import Does
from ui.composer import letter_dialog
from ui.composer.composer import Composer
from ui.composer.letter_dialog import Begun, LetterDialog
from ui.composer.writing import Writing
from ui.publish_dialog import PublishDialog
from ui.publishing import Publishing
from ui.tasks import Tasks
from ui.theme.theme import Theme

_HOUR_MS = 3_600_000


async def attach(folder: Path, answered: Path, mailed: Path, posted: Path) -> None:
    """One file to each; says so once they are kept, and then does nothing more."""
    address, bus = resolve_workspace(str(folder)), Bus()
    store = await Store.open(address, bus)
    (account,) = await accounts.every(store)
    core = StoreCore(address, store, bus, SettingsFile(folder / "settings.json"), account.id, CATALOGUE)
    tasks, theme, window = Tasks(asyncio.get_running_loop()), Theme(Wanted.LIGHT), QWidget()
    window.show()
    (conversation,) = await inbox.conversation_ids(store, core.me)
    composer = Composer(theme)
    answer = Writing(core, tasks, composer, pause=timedelta(hours=1))
    answer.turn_to(conversation)
    await until(lambda: answer.conversation is not None, "the conversation")
    composer.add_files([answered])
    letter_dialog._PAUSE_MS = publishing._PAUSE_MS = _HOUR_MS  # only what is kept at once is kept
    mail = LetterDialog(core, tasks, theme, [account], Begun(), window)
    mail.field.files_dropped.emit([mailed])
    Publishing(core, tasks, theme, window, lambda _said: None).deeds[Does.PUBLISH]()
    (await dialog_of(window, PublishDialog)).add_files([posted])
    while sum(len(one.files) for one in await writing.drafts_of(store, core.me)) < len(("answer", "mail", "post")):
        await asyncio.sleep(0.01)
    print("kept", flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    loop = qasync.QEventLoop(QApplication([]))
    loop.run_until_complete(asyncio.wait_for(attach(*map(Path, sys.argv[1:])), 120))
