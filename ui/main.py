"""The window's composition root: Qt, the loop, the catalogue, the core. Nothing else knows all of them."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.i18n import _, set_language
from inbox_app.paths import NotAWorkspace, Places, WorkspaceAddress, find_places, find_workspace, make_private_folder
from inbox_app.settings import Density, Settings, SettingsFile
from inbox_app.settings import Theme as Wanted
from ui.imports import plain_imports
from ui.turns import take_short_turns

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from inbox_app.actions.unlocking import AskPhrase
    from inbox_app.domain.picture import PictureOrder
    from inbox_app.keychain import AskPassphrase
    from ui.app_window import AppWindow
    from ui.core import Core
    from ui.desktop.badge import Badge
    from ui.notifier import Notifier
    from ui.session import Appear, Session
    from ui.theme.theme import Theme

_THREADS = 4
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """How the program was called."""

    link: str = ""
    minimised: bool = False


def open_window(workspace: str | None, link: str = "", *, minimised: bool = False) -> int:
    """Show the window until it is closed, with the message that a link leads to; the exit code.

    Minimised it waits in the tray, else below all other windows, until the person wants it.
    """
    from ui import workspaces

    places = find_places()
    settings = SettingsFile(places.settings_file)
    set_language(settings.current.language)
    if not has_display():
        without = _("There is no display here, so no window opens. “portavoce --help” lists what works without one.")
        return _complain(without)
    _prepare_logs(places)
    try:
        address = _find(workspace or workspaces.workspace_of(link, settings.current), settings)
    except UserFacingError as wrong:
        return _complain(wrong.message)
    return _run(lambda app: _show(app, settings, address, places, Start(link, minimised)))


def draw_picture(address: WorkspaceAddress, order: PictureOrder) -> None:
    """Draw the real window of a workspace to a file, without a screen.

    Raises:
        UserFacingError: the workspace cannot be opened, or the file not be written.
    """
    # Both must stand before Qt starts.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(order.scale)
    settings = SettingsFile(find_places().settings_file)
    set_language(order.language or settings.current.language)
    _run(lambda app: _draw(app, settings, address, order))


def has_display() -> bool:
    """Whether a window can be shown; outside Linux there is always a desktop."""
    return sys.platform != "linux" or any(map(os.environ.get, _SCREENS))


async def _show(
    app: QApplication, settings: SettingsFile, address: WorkspaceAddress | None, places: Places, start: Start
) -> int:
    from ui.app_window import AppWindow
    from ui.collector import Collector
    from ui.desktop.badge import Badge
    from ui.desktop.less_motion import LessMotion
    from ui.interrupts import Interrupts
    from ui.notifier import Notifier
    from ui.session import Session
    from ui.tasks import Tasks

    stop = asyncio.Event()
    collector = Collector(app)
    tasks = Tasks(asyncio.get_running_loop())
    release = tasks.catch_everything()
    theme = _dress_as(app, settings.current)
    window = AppWindow(tasks, theme, _kept(places))
    ask = _asking(theme, window)

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        # Only now: the window is painted before all this is loaded.
        from connectors import CATALOGUE
        from inbox_app.app import App

        unlock = _unlocking(theme, window)
        app = await App.open(address, CATALOGUE, settings, create=create, ask=ask, ask_phrase=unlock)
        app.tell = notifier.tell
        return app

    session = Session(window, tasks, theme, open_core, ask, settings)
    notifier = Notifier(app.windowIcon(), tasks, window)
    _appear_on_desktop(session, window, notifier, Badge(settings, app.setBadgeNumber, window))
    session.opened.connect(lambda _core: collector.settle())
    # Not the last window's: one that waits in the tray is none, whatever is closed beside it.
    window.closed.connect(stop.set)
    with Interrupts(stop.set):
        if await session.begin(address, start.link, quietly=_quiet(start, window, notifier)):
            async with LessMotion(theme.motion):
                await stop.wait()
    window.hide()
    await notifier.close()
    await session.close()
    release()
    collector.end()
    return 0


def _quiet(start: Start, window: AppWindow, notifier: Notifier) -> Appear | None:
    """How a start that nobody watches appears; None where the window is wanted."""
    if not start.minimised or start.link:
        return None
    return window.showMinimized if notifier.tray is None else lambda: None


def _kept(places: Places) -> QSettings:
    """Where the window stood."""
    from PySide6.QtCore import QSettings

    return QSettings(str(places.config / "window.ini"), QSettings.Format.IniFormat)


def _asking(theme: Theme, window: AppWindow) -> AskPassphrase:
    async def ask(is_new: bool) -> str | None:
        from ui.dialogs import ask_passphrase

        _be_seen(window)

        return await ask_passphrase(theme, window, is_new=is_new)

    return ask


def _unlocking(theme: Theme, window: AppWindow) -> AskPhrase:
    async def ask(name: str, why: str) -> str | None:
        from ui.vault.unlock_dialog import ask_phrase

        _be_seen(window)
        return await ask_phrase(theme, window, name, why)

    return ask


def _be_seen(window: AppWindow) -> None:
    """Whoever is asked must see the question."""
    if not window.is_in_sight:
        window.come_to_front()


def _appear_on_desktop(session: Session, window: AppWindow, notifier: Notifier, badge: Badge) -> None:
    """Notifications, tray and badge speak of the workspace that is open, and lead to it."""
    notifier.opened.connect(session.show_noted)
    session.opened.connect(lambda _core: _join(session, window, notifier, badge))
    window.in_front.connect(notifier.hush)
    if notifier.tray is not None:
        notifier.tray.quit_asked.connect(window.close)


def _join(session: Session, window: AppWindow, notifier: Notifier, badge: Badge) -> None:
    """What is due is told by notifications, and what is pressed on them is done in the workspace."""
    if session.core is not None and window.workplace is not None:
        notifier.serve(session.core)
        badge.follow(window.workplace.bridge)
        reminding = window.workplace.reminding
        reminding.fell_due.connect(notifier.remind)
        reminding.due_changed.connect(notifier.settle)
        notifier.pressed.connect(reminding.answer)


async def _draw(app: QApplication, settings: SettingsFile, address: WorkspaceAddress, order: PictureOrder) -> int:
    from connectors import CATALOGUE
    from inbox_app.app import App
    from ui.picture import draw

    theme = _dress(app, Wanted(order.theme), 1.0)
    core = await App.open(address, CATALOGUE, settings)
    try:
        await draw(core, theme, order)
    finally:
        await core.close()
    return 0


def _run(body: Callable[[QApplication], Coroutine[Any, Any, int]]) -> int:
    """Run the program's one coroutine on Qt's loop."""
    os.environ["QT_API"] = "pyside6"
    # What a start makes stays, and looking through it for garbage takes a third of the time that the start has.
    gc.disable()
    take_short_turns()
    with plain_imports():
        app = _make_application()
        import qasync

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop().set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="window"))
        return runner.run(body(app))


def _make_application() -> QApplication:
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from ui.languages import translate_qt

    known = QApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication(["portavoce"])
    app.setApplicationName("portavoce")
    app.setApplicationDisplayName("Portavoce")
    app.setDesktopFileName("app.portavoce.Portavoce")
    app.setWindowIcon(QIcon(str(files("resources") / "icons" / "portavoce.svg")))
    # The workspace is closed after the last window, and that takes a loop that still runs.
    app.setQuitOnLastWindowClosed(False)
    translate_qt()
    return app


def _dress_as(app: QApplication, wished: Settings) -> Theme:
    theme = _dress(app, wished.theme, wished.text_scale, wished.density)
    theme.motion.wanted = wished.motion
    theme.withhold_deleted(wished.withhold_deleted)
    return theme


def _dress(app: QApplication, wanted: Wanted, text_scale: float, density: Density = Density.COMFORTABLE) -> Theme:
    from ui.theme.theme import Theme

    theme = Theme(wanted, text_scale, density)
    theme.dress(app)
    return theme


def _find(workspace: str | None, settings: SettingsFile) -> WorkspaceAddress | None:
    try:
        return find_workspace(workspace, settings.current.last_workspace)
    except NotAWorkspace as bad:
        raise WrongUse(
            _("“{name}” is no workspace: give a folder, a name, or a postgresql:// address.").format(name=bad)
        ) from bad


def _prepare_logs(places: Places) -> None:
    """A folder for logs that cannot be written must not stop the program."""
    from inbox_app.logs import start_logging

    try:
        start_logging(make_private_folder(places.logs))
    except OSError as problem:
        sys.stderr.write(_("No log is written: {problem}").format(problem=problem) + "\n")


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
