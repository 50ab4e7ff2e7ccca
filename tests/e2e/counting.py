"""What hands do, counted by the events that reach the window; and the jobs of the desk with what each may take.

A key is one press or chord, a click one press of the mouse; letters typed into a field are not counted. The count is
taken from the events themselves, so that no test can pass by its own arithmetic, and `counted` is asserted: the table
is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShortcutEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_PART_OF_A_CHORD = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_ENDS = (QEvent.Type.KeyRelease, QEvent.Type.MouseButtonRelease)


@dataclass(frozen=True, slots=True)
class Job:
    """One job: the test that does it, what it may take (None where only the other is limited), and what it takes."""

    test: str
    most_keys: int | None
    most_clicks: int | None
    counted: tuple[int, int]
    """Keys and clicks."""


JOBS: Final[Mapping[str, Job]] = {
    "1 first light": Job("test_first_light.py::test_two_clicks_to_a_conversation_that_can_be_read", 0, 2, (0, 2)),
    "2 connect a mailbox": Job(
        "test_window_mail.py::test_a_mailbox_is_connected_by_five_clicks_with_its_newest_mails", None, 6, (8, 5)
    ),
    "3 morning triage of 40": Job("test_jobs.py::test_forty_are_triaged_by_a_key_each", 80, 0, (40, 0)),
    "4 answer a nested comment": Job(
        "test_window_nested.py::test_a_nested_comment_is_answered_by_two_keys_with_its_parents_in_sight", 2, 0, (2, 0)
    ),
    "5 answer with a template": Job(
        "test_window_templates.py::test_a_name_a_missing_field_and_a_picture_in_five_keys", 5, 0, (4, 0)
    ),
    "6 oops": Job("test_window_practice.py::test_oops_the_reply_is_taken_back_with_one_key", 1, 0, (1, 0)),
    "9 who is this: the card": Job(
        "test_window_members.py::test_who_is_this_card_in_one_click_timeline_in_two_over_three_channels", 0, 1, (0, 1)
    ),
    "9 who is this: the timeline": Job(
        "test_window_members.py::test_who_is_this_card_in_one_click_timeline_in_two_over_three_channels", 0, 2, (0, 2)
    ),
    "10 same person: linked": Job(
        "test_window_members.py::test_same_person_linked_in_two_clicks_and_unlinked_in_two_after_a_restart",
        0,
        2,
        (0, 2),
    ),
    "10 same person: unlinked": Job(
        "test_window_members.py::test_same_person_linked_in_two_clicks_and_unlinked_in_two_after_a_restart",
        0,
        2,
        (0, 2),
    ),
    "11 take a note": Job(
        "test_window_members.py::test_a_note_takes_two_keys_is_seen_at_the_name_everywhere_and_never_leaves",
        2,
        0,
        (2, 0),
    ),
    "12 remind me if silent": Job(
        "test_window_reminders.py::test_remind_me_if_silent_or_regardless_in_three_keys", 3, 0, (3, 0)
    ),
    "13 every first Monday": Job("test_window_reminders.py::test_every_first_monday_in_four_clicks", None, 6, (0, 4)),
    "14 find it": Job("test_jobs.py::test_a_message_is_found_by_two_keys_with_the_right_count", 2, 0, (2, 0)),
    "15 build a view": Job("test_window_views.py::test_a_view_with_and_or_not_takes_eight_clicks", None, 8, (0, 8)),
    "16 clean the yard": Job(
        "test_window_clearing.py::test_twelve_spam_comments_in_five_clicks_and_back", None, 5, (0, 5)
    ),
    "17 stop it next time": Job(
        "test_window_rules.py::test_a_rule_is_tried_kept_met_and_taken_back", None, None, (1, 5)
    ),
    "18 welcome 20 newcomers": Job("test_jobs.py::test_twenty_newcomers_are_welcomed_by_a_key_each", None, 0, (22, 0)),
    "19 two hats": Job("test_window_views.py::test_one_key_goes_to_the_other_hat_s_queue", 1, 0, (1, 0)),
    "20 join": Job("test_window_regrouping.py::test_joined_by_four_keys_and_back", 4, 0, (4, 0)),
    "20 split": Job("test_window_regrouping.py::test_taken_out_and_back", 4, 0, (2, 0)),
    "25 a million messages": Job(
        "test_window_large.py::test_a_full_room_is_read_and_reported_by_three_keys_and_two_clicks", 3, 2, (3, 2)
    ),
    "26 ask your community": Job(
        "test_window_publishing.py::test_a_question_from_a_template_goes_to_every_place_and_one_undo_brings_all_back",
        8,
        0,
        (3, 0),
    ),
}


class Hands(QObject):
    """Watches every event of the program while a test runs."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.keys = self.clicks = 0
        self._last: QObject | None = None
        application.installEventFilter(self)

    def begin(self) -> None:
        """Count from here on."""
        self.keys = self.clicks = 0

    def did(self, name: str) -> None:
        """Hold a job against its line of the table."""
        job = JOBS[name]
        assert (self.keys, self.clicks) == job.counted, f"{name}: counted {self.keys} keys and {self.clicks} clicks"
        assert job.most_keys is None or self.keys <= job.most_keys, name
        assert job.most_clicks is None or self.clicks <= job.most_clicks, name

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Each press once: what its receiver does not want goes on to the parents as the same event."""
        if isinstance(watched, QWidget) and event.type() in (QEvent.Type.ShortcutOverride, *_PRESSES):
            if not self._goes_on(watched):
                self._count(watched, event)
            self._last = watched
        elif event.type() in _ENDS:
            self._last = None
        elif event.type() is QEvent.Type.Shortcut:
            # Nothing on screen is asked about the presses that a key of several ends with.
            self.keys += cast(QShortcutEvent, event).key().count() - 1
        return False

    def _count(self, watched: QWidget, event: QEvent) -> None:
        if event.type() in _PRESSES:
            self.clicks += 1
        elif not _is_typed(watched, cast(QKeyEvent, event)):
            self.keys += 1

    def _goes_on(self, watched: QWidget) -> bool:
        last = self._last
        return isinstance(last, QWidget) and watched is not last and watched.isAncestorOf(last)


def _is_typed(field: QWidget, event: QKeyEvent) -> bool:
    """Whether it is a letter of a text, or only held while another key is pressed."""
    if event.key() in _PART_OF_A_CHORD:
        return True
    writes = isinstance(field, QLineEdit | QPlainTextEdit | QTextEdit)
    return writes and event.text().isprintable() and bool(event.text()) and not event.modifiers() & _HELD
