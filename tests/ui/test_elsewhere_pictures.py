"""Pictures from elsewhere in a mail: nothing is asked for before a person says so, for this mail or for its sender."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from inbox_app.content.elsewhere import content_id
from inbox_app.content.html import clean
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.words import Kind
from inbox_app.queries import pictures
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.ui.test_mail import picture
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.conversation.elsewhere_line import ElsewhereLine
from ui.conversation.message_part import MessagePart
from ui.conversation.safe_document import SafeBrowser
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
LOGO, LEAF = "https://pictures.example/logo.png", "https://pictures.example/leaf.png"
LETTER = clean(
    f'<p>Our news</p><img src="{LOGO}" alt="The logo"><img src="http://pictures.example/leaf.png" alt="A leaf">'
    '<img src="https://count.example/open.gif" width="1" height="1">'
)


class Web(dict[str, bytes]):
    """What can be fetched, and what was asked for."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        super().__init__(pages)
        self.asked: list[str] = []

    def get(self, address: str, default: object = None) -> bytes | None:  # type: ignore[override]
        self.asked.append(address)
        return super().get(address)


def mail(key: str, number: int) -> MessageSeen:
    told = said(key, number)
    return MessageSeen(replace(told.message, kind=Kind.MAIL, text=LETTER.text, html=LETTER.html))


@pytest.fixture
def web(core: StoreCore) -> Web:
    core.pictures = Web({LOGO: picture("red"), LEAF: picture("green")})
    return core.pictures


@pytest.fixture
async def place(core: StoreCore, web: Web, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A window with two such mails in two conversations."""
    await core.tell(mail("a", 1), mail("b", 2))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.resize(1366, 768)
    window.show()
    await until(lambda: len(made.bridge.ids) == 2, "the conversations")
    await read(made, 0)
    yield made
    await made.close_down()


async def read(place: Workplace, number: int) -> None:
    wanted = place.bridge.ids[number]
    place.open(wanted)
    await until(lambda: place.thread_view.conversation == wanted and place.is_settled, "the mail")


def part(place: Workplace) -> MessagePart:
    return next(one for one in place.thread_view.column.widgets() if isinstance(one, MessagePart))


def text(place: Workplace) -> str:
    return "\n".join(one.toPlainText() for one in part(place).findChildren(SafeBrowser))


def line(place: Workplace) -> str:
    found = part(place).findChildren(ElsewhereLine)
    return found[0].findChildren(QLabel)[0].accessibleName() if found else ""


def press(place: Workplace, name: str) -> None:
    buttons = part(place).findChildren(QAbstractButton)
    next(one for one in buttons if one.accessibleName() == name).click()


def shown(place: Workplace) -> frozenset[str]:
    return place.thread_view.pictures_of(part(place).item.row.id)


async def test_nothing_is_fetched_before_somebody_asks(place: Workplace, web: Web) -> None:
    assert line(place) == "2 pictures from elsewhere are not shown."
    assert "The logo" in text(place)
    assert "A leaf" in text(place)
    assert web.asked == []


async def test_they_are_shown_where_they_stand_and_no_counter_is_asked(place: Workplace, web: Web) -> None:
    press(place, "Show pictures")
    await until(lambda: line(place) == "" and shown(place) == {content_id(LOGO), content_id(LEAF)}, "the pictures")
    assert text(place).count("\ufffc") == 2
    assert "The logo" not in text(place)
    assert sorted(web.asked) == [LEAF, LOGO]
    await read(place, 1)
    assert line(place) == "2 pictures from elsewhere are not shown.", "it was said for one mail"
    assert sorted(web.asked) == [LEAF, LOGO]


async def test_what_does_not_come_is_said_and_can_be_asked_for_again(place: Workplace, web: Web) -> None:
    leaf = web.pop(LEAF)
    press(place, "Show pictures")
    await until(lambda: line(place) == "1 picture from elsewhere cannot be fetched now.", "what is missing")
    assert shown(place) == {content_id(LOGO)}
    web[LEAF] = leaf
    press(place, "Try again")
    await until(lambda: line(place) == "" and len(shown(place)) == 2, "the pictures")


async def test_a_sender_can_be_trusted_and_asked_about_again(place: Workplace, core: StoreCore, web: Web) -> None:
    press(place, "Always for this sender")
    await until(lambda: line(place) == "Pictures from this sender are always shown." and len(shown(place)) == 2, "both")
    assert await pictures.senders_shown(core.store) == {"maya@example.net"}
    await read(place, 1)
    await until(lambda: len(shown(place)) == 2, "the pictures of the other mail")
    web.asked.clear()
    press(place, "Ask again for this sender")
    await until(lambda: line(place) == "", "what is here stays in sight")
    await read(place, 0)
    await until(lambda: line(place) == "2 pictures from elsewhere are not shown.", "the question")
    assert web.asked == []
    assert await pictures.senders_shown(core.store) == set()


async def test_a_picture_that_only_counts_is_never_seen(place: Workplace, web: Web) -> None:
    web[LEAF] = picture("red", 1)
    press(place, "Show pictures")
    await until(lambda: line(place) == "" and len(shown(place)) == 2, "the pictures")
    image = place.thread_view._pictures[part(place).item.row.id][content_id(LEAF)]
    assert image.pixelColor(0, 0).alpha() == 0


async def test_what_is_decoded_has_an_end(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.conversation.elsewhere_pictures.MOST_BYTES", 100)
    press(place, "Show pictures")
    await until(lambda: line(place) == "2 pictures from elsewhere cannot be fetched now.", "the end")
    assert shown(place) == set()
