"""Comments from open channels: verdicts at hand, pictures by what is to be seen on them, posts by their title."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from inbox_app.contract.remote import RemoteAttachment, RemoteRecipient
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.marks import Marks, Standing
from inbox_app.domain.words import Action
from inbox_app.queries import writing as questions
from tests.ui import sample_threads as sample
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.conversation.post_card import PostCard
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import Chip
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
MODERATED = Abilities(dict.fromkeys((Action.REPLY, Action.APPROVE, Action.SPAM, Action.UNHIDE), YES))


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment with a picture that waits for a moderator, and an answer that is public, on screen."""
    await core.tell(
        said(
            "held",
            1,
            text="@brand It came broken",
            hidden=True,
            abilities=MODERATED,
            marks=Marks(standing=Standing.HELD),
            recipients=(RemoteRecipient("mention", "@brand@example.social"),),
            attachments=(RemoteAttachment("1", "4bb556a8cf26.png", "image/png", description="A vase with a crack"),),
        ),
        said("public", 2, parent="held", abilities=MODERATED, marks=Marks(standing=Standing.PUBLIC)),
    )
    made = keep(Workplace(core, tasks, theme))
    made.resize(1200, 800)
    made.show()
    made.start()
    await until(lambda: len(made.bridge.ids) == 1, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and buttons(made, "More"), "the conversation")
    yield made
    await made.close_down()


def buttons(place: Workplace, name: str) -> list[QAbstractButton]:
    found = place.thread_view.findChildren(QAbstractButton)
    return [one for one in found if one.text().strip() == name and one.isVisible()]


def labels(shown: QWidget) -> list[str]:
    return [one.text() for one in shown.findChildren(QLabel) if one.isVisible()]


async def test_the_verdict_on_what_waits_is_at_hand_and_leaves(place: Workplace, core: StoreCore) -> None:
    (approve,), (_spam,) = buttons(place, "Approve"), buttons(place, "Mark as spam")
    chips = {one.said for one in place.thread_view.findChildren(Chip)}
    assert ("Waits for approval" in chips, "Hidden" in chips) == (True, False)
    approve.click()
    await until(place.leaving.isVisible, "the countdown")
    (row,) = await questions.outbox(core.store)
    assert row.action is Action.APPROVE


async def test_whom_a_comment_names_is_said_once_and_its_picture_is_described(place: Workplace) -> None:
    assert not [one for one in labels(place.thread_view) if one.startswith("to ")]
    assert [one.accessibleName() for one in buttons(place, "A vase with a crack")] == [
        "Attachment A vase with a crack, not fetched yet"
    ]


def test_a_post_is_called_by_its_title_but_not_like_its_channel(theme: Theme, keep: Keep) -> None:
    post = sample.THREAD.post
    assert post is not None
    for title, author in (("We open", "Brand"), ("Kiln news", "Kiln news")):
        card = keep(PostCard(theme, replace(post, title=title, author=author, text="Come and see")))
        card.show()
        assert labels(card).count(title) == 1
        assert ("Come and see" in card.accessibleName(), title in card.accessibleName()) == (True, True)
