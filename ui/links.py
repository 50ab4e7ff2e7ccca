"""Leaving for the browser: only to web and mail addresses, and where a link deceives only after a question."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from inbox_app.content.links import safe_url, shown_host
from inbox_app.i18n import _
from ui import dialogs
from ui.conversation.thread_view import ThreadView
from ui.tasks import Tasks


def follow_from(view: ThreadView, tasks: Tasks) -> None:
    """Links of what is read lead to the browser from now on."""
    view.link_asked.connect(open_link)
    view.link_doubted.connect(lambda url, warning: tasks.start(open_doubted(view.window(), url, warning), "link"))


def open_link(url: str) -> bool:
    """Hand a web or mail address to the system; anything else goes nowhere. Whether it was handed over."""
    safe = safe_url(url)
    return safe is not None and QDesktopServices.openUrl(QUrl(safe))


async def open_doubted(parent: QWidget, url: str, warning: str) -> None:
    """Show the warning and where the link really leads, and open it only when the person says so."""
    safe = safe_url(url)
    if safe is None:
        return
    host = shown_host(safe) or safe.partition(":")[2]
    sentence = f"{warning}\n\n" + _("It would open: {url}").format(url=_shortened(safe))
    if await dialogs.confirm(parent, _("A doubtful link"), sentence, _("Open {host} all the same").format(host=host)):
        open_link(safe)


def _shortened(url: str, most: int = 200) -> str:
    return url if len(url) <= most else f"{url[:most]}…"
