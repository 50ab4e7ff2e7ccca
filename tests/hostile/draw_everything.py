"""Draws the whole corpus in the window's own browser and prints, as JSON, what it tried to reach.

Runs as a process of its own, since what watches over Python's opens and connections cannot be taken off again.
"""

import json
import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from inbox_app.content.html import clean
from inbox_app.content.links import safe_url
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.settings import Theme as Wanted
from tests.hostile import corpora
from ui.conversation import safe_document
from ui.theme.theme import Theme

WATCHED = ("open", "os.open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "urllib.Request")
asked: list[str] = []
reached: list[str] = []
followed: list[str] = []


class RecordingDocument(safe_document.SafeDocument):
    """Remembers what was asked for."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        asked.append(name.toString() if isinstance(name, QUrl) else name)
        return super().loadResource(kind, name)


def every_page() -> list[str]:
    """Every page of the corpora, cleaned as the program does."""
    mails = (parse_mail(raw) for _name, raw in corpora.mails())
    letters = [mail.html.html for mail in mails if isinstance(mail, ParsedMail) and mail.html]
    return [clean(page).html for page in corpora.pages()] + letters


def draw(browser: safe_document.SafeBrowser, page: str, paper: QImage) -> None:
    """Lay out, paint, and click every link."""
    browser.show_html(page)
    browser.fit(600)
    painter = QPainter(paper)
    browser.document().drawContents(painter)
    painter.end()
    block = browser.document().begin()
    while block.isValid():
        place = block.begin()
        while not place.atEnd():
            if address := place.fragment().charFormat().anchorHref():
                browser.anchorClicked.emit(QUrl(address))
            place += 1
        block = block.next()


def main() -> None:
    app = QApplication(sys.argv)
    theme = Theme(Wanted.LIGHT)
    theme.dress(app)
    safe_document.SafeDocument = RecordingDocument  # type: ignore[misc]
    browser = safe_document.SafeBrowser(theme)
    browser.link_asked.connect(followed.append)
    browser.link_doubted.connect(lambda url, _warning: followed.append(url))
    pages, paper = every_page(), QImage(600, 400, QImage.Format.Format_RGB32)
    draw(browser, "<p>warm <b>up</b> ☕</p>", paper)
    sys.addaudithook(lambda event, args: reached.append(f"{event} {args[:1]}") if event in WATCHED else None)
    for page in pages:
        draw(browser, page, paper)
    tried = list(reached)
    unsafe = [url for url in followed if safe_url(url) != url]
    print(json.dumps({
        "pages": len(pages), "reached": tried, "clicked": len(followed), "unsafe": unsafe,
        "asked": [name for name in asked if not name.startswith("cid:")],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
