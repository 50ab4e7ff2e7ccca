"""What strangers write reaches neither disk nor network when it is drawn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from inbox_app.settings import Theme as Wanted
from tests.hostile import corpora
from tests.hostile.file_watch import watch
from ui.conversation.safe_document import SafeBrowser
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
ROOT = Path(__file__).resolve().parents[2]
TRAPS = {
    "img": '<img src="{url}">',
    "img by path": '<img src="{path}">',
    "table": '<table background="{url}"><tr><td>x</td></tr></table>',
    "body": '<body background="{url}">x</body>',
    "style": '<style>@import url("{url}"); p {{ background-image: url("{url}"); }}</style><p>x</p>',
    "link": '<link rel="stylesheet" type="text/css" href="{url}"><p>x</p>',
    "div": "<div style=\"background-image: url('{url}')\">x</div>",
    "list": "<ul style=\"list-style-image: url('{url}')\"><li>x</li></ul>",
}
needs_inotify = pytest.mark.skipif(sys.platform != "linux", reason="watches files by inotify, which Linux has")


@pytest.mark.timeout(300)
def test_the_whole_corpus_is_drawn_and_nothing_is_reached() -> None:
    corpora.need("html")
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.draw_everything"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["pages"] > 3_000
    assert said["clicked"] > 10
    assert (said["reached"], said["asked"], said["unsafe"]) == ([], [], [])


@needs_inotify
@pytest.mark.parametrize("trap", TRAPS)
def test_a_file_that_uncleaned_html_names_is_not_opened(trap: str, tmp_path: Path, qtbot: QtBot) -> None:
    page = bait(trap, tmp_path)
    browser = SafeBrowser(Theme(Wanted.LIGHT))
    qtbot.addWidget(browser)
    with watch(tmp_path) as files:
        browser.show_html(page)
        draw(browser)
        assert not files.opened()


@needs_inotify
def test_the_watch_sees_that_an_unguarded_browser_opens_it(tmp_path: Path, qtbot: QtBot) -> None:
    browser = QTextBrowser()
    qtbot.addWidget(browser)
    with watch(tmp_path) as files:
        page = bait("img", tmp_path)
        files.opened()
        browser.setHtml(page)
        draw(browser)
        assert files.opened()


def test_a_picture_of_the_message_itself_is_shown_and_no_other(qtbot: QtBot) -> None:
    browser = SafeBrowser(Theme(Wanted.LIGHT))
    qtbot.addWidget(browser)
    red = QImage(8, 8, QImage.Format.Format_RGB32)
    red.fill(QColor("#FF0000"))
    browser.show_html('<img src="cid:a@b" width="8" height="8">', {"a@b": red})
    assert "#ff0000" in colours(draw(browser))
    browser.show_html('<img src="cid:a@b" width="8" height="8">')
    assert "#ff0000" not in colours(draw(browser))


@pytest.mark.parametrize(
    ("page", "asked", "doubted"),
    [
        ('<a href="https://shop.example/x">our shop</a>', ["https://shop.example/x"], []),
        ('<a href="https://evil.example/x">www.bank.example</a>', [], ["https://evil.example/x"]),
        ('<a href="https://evil.example/x">www.<b>bank.example</b></a>', [], ["https://evil.example/x"]),
        ('<a href="javascript:alert(1)">x</a>', [], []),
        ('<a href="file:///etc/passwd">x</a>', [], []),
        ('<a href="//evil.example/">x</a>', [], []),
    ],
)
def test_a_link_is_judged_at_the_click(page: str, asked: list[str], doubted: list[str], qtbot: QtBot) -> None:
    browser = SafeBrowser(Theme(Wanted.LIGHT))
    qtbot.addWidget(browser)
    followed: list[str] = []
    warned: list[tuple[str, str]] = []
    browser.link_asked.connect(followed.append)
    browser.link_doubted.connect(lambda url, warning: warned.append((url, warning)))
    browser.show_html(page)
    browser.anchorClicked.emit(page.split('"')[1])
    assert (followed, [url for url, _warning in warned]) == (asked, doubted)
    assert all("evil.example" in warning for _url, warning in warned)


def bait(trap: str, folder: Path) -> str:
    """HTML that names a real picture in a folder."""
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FF0000"))
    path = folder / "canary.png"
    assert picture.save(str(path))
    return TRAPS[trap].format(url=path.as_uri(), path=path)


def draw(browser: QTextBrowser) -> QImage:
    """Paint the document as the window would."""
    browser.resize(300, 200)
    browser.ensurePolished()
    paper = QImage(300, 200, QImage.Format.Format_RGB32)
    paper.fill(QColor("#FFFFFF"))
    painter = QPainter(paper)
    browser.document().drawContents(painter)
    painter.end()
    browser.grab()
    return paper


def colours(picture: QImage) -> set[str]:
    """Every colour that occurs."""
    return {picture.pixelColor(x, y).name() for x in range(60) for y in range(60)}
