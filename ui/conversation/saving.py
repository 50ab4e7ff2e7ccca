"""What a message brought along: pictures, texts and mails are shown, and all is saved where the person wants it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inbox_app.actions import attachments
from inbox_app.actions.attachments import Fetched
from inbox_app.domain.inbox import MessageRow
from inbox_app.i18n import _
from ui import dialogs, links
from ui.bridge import Bridge
from ui.conversation.attached_mail import MEDIA_TYPE, AttachedMail
from ui.conversation.file_viewer import FileViewer, Look, look_into
from ui.core import Core
from ui.tasks import Tasks
from ui.theme.theme import Theme


class Saving(QObject):
    """Shows what can be shown; asks where to, and puts it there."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, bridge: Bridge) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._bridge = core, tasks, theme, window, bridge

    def begin(self, wanted: str) -> None:
        """Show one attachment of the thread on screen, and save it."""
        self._tasks.start(self._save(wanted), "attachment")

    async def _save(self, wanted: str) -> None:
        if self._is_mail(wanted):
            page = AttachedMail(self._theme, await self._core.read_attached(wanted), self._window.window())
            page.body.link_asked.connect(links.open_link)
            if not await dialogs.ask(page):
                return
        fetched = await self._core.fetch_attachment(wanted)
        look = await look_into(fetched)
        if look is not None and not await dialogs.ask(self._viewer(fetched, look)):
            return
        place = await dialogs.choose_place(self._window.window(), _("Save the attachment as"), fetched.name)
        if place is not None:
            await attachments.save(fetched, place, replace=True)

    def _viewer(self, file: Fetched, look: Look) -> FileViewer:
        return FileViewer(self._theme, file.name, look, self._window.window())

    def _is_mail(self, wanted: str) -> bool:
        shown = self._bridge.on_screen
        messages: tuple[MessageRow, ...] = () if shown is None else shown.messages
        files = (one for message in messages for one in message.attachments)
        return any(one.id == wanted and one.media_type == MEDIA_TYPE for one in files)
