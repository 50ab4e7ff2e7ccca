"""Whatever the keyboard reaches has a name, and guides lead from every message to its parent."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui import sample, sample_people, sample_threads
from ui.conversation.nesting import Branch, branches
from ui.conversation.thread_view import ThreadView
from ui.inbox.conversation_list import ConversationList
from ui.inbox.sidebar import Sidebar
from ui.members.member_panel import MemberPanel, members_of
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui


def filled(theme: Theme) -> list[QWidget]:
    sidebar, listed, thread, panel = Sidebar(theme), ConversationList(theme), ThreadView(theme), MemberPanel(theme)
    sidebar.show_accounts(sample.ACCOUNTS)
    sidebar.show_tags(sample.TAGS)
    sidebar.show_counts(sample.COUNTS)
    listed.show_ids([row.id for row in sample.CONVERSATIONS])
    thread.resize(800, 2_000)
    thread.show_thread(sample_threads.every_state())
    panel.show_card(sample_people.CARD, sample_threads.THREAD.row, members_of(sample_threads.THREAD))
    return [sidebar, listed, thread, panel]


def test_everything_that_takes_the_focus_has_a_name(theme: Theme, qtbot: QtBot) -> None:
    for pane in filled(theme):
        qtbot.addWidget(pane)
        pane.show()
        everything = pane.findChildren(QWidget)
        reached = [one for one in everything if one.focusPolicy() & Qt.FocusPolicy.TabFocus and not one.isHidden()]
        assert reached
        assert [f"{type(one).__name__} in {pane.accessibleName()}" for one in reached if not one.accessibleName()] == []


def test_guides_pass_where_a_later_message_hangs_and_end_at_the_last() -> None:
    assert branches([0, 1, 2, 1, 0]) == [
        Branch(0, (), answered=True),
        Branch(1, (0,), answered=True),
        Branch(2, (0,)),
        Branch(1),
        Branch(0),
    ]
