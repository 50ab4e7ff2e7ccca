"""How far a decision about many conversations is: told over the window, and stopped there."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from inbox_app.actions.lots import LOT
from inbox_app.domain.history import PastDecision
from inbox_app.i18n import _, ngettext
from ui.history_page import about_what
from ui.theme.numbers import number
from ui.toast import Toast

_TITLE: Final = 48
"""A sentence is glanced at: of a longer title its beginning says which it is."""


class Counting:
    """Called after each lot with how many are done; True until somebody pressed Stop."""

    def __init__(self, toast: Toast, wanted: int) -> None:
        self._toast, self._wanted = toast, wanted
        self.done = 0
        self.stopped = False
        if wanted > LOT:
            self._say()

    def __call__(self, done: int) -> bool:
        self.done = done
        self._say()
        return not self.stopped

    @property
    def told(self) -> str:
        """What to say of it in the end, where it was stopped before the end."""
        if not self.stopped or self.done >= self._wanted:
            return ""
        said = ngettext("Stopped: {count} of {all} is done.", "Stopped: {count} of {all} are done.", self.done)
        return said.format(count=number(self.done), all=number(self._wanted))

    def _say(self) -> None:
        if self.stopped or self.done >= self._wanted:
            return
        said = ngettext("{count} of {all} is done…", "{count} of {all} are done…", self.done)
        self._toast.follow(said.format(count=number(self.done), all=number(self._wanted)), self._stop)

    def _stop(self) -> None:
        self.stopped = True
        self._toast.say(_("Stopping…"))


class TakingBack:
    """The same for an undo, which tells how much came back: how much there is, nobody counted before."""

    def __init__(self, toast: Toast) -> None:
        self._toast = toast
        self.done = 0
        self.stopped = False

    def __call__(self, done: int) -> bool:
        self.done = done
        if not self.stopped:
            said = ngettext("{count} is taken back…", "{count} are taken back…", done)
            self._toast.follow(said.format(count=number(done)), self._stop)
        return not self.stopped

    @property
    def told(self) -> str:
        """What to say of it in the end, where it was stopped before the end."""
        if not self.stopped:
            return ""
        said = ngettext(
            "Stopped: {count} is taken back. Undo takes back the others.",
            "Stopped: {count} are taken back. Undo takes back the others.",
            self.done,
        )
        return said.format(count=number(self.done))

    def _stop(self) -> None:
        self.stopped = True
        self._toast.say(_("Stopping…"))


def taken_back(which: Sequence[PastDecision]) -> str:
    """Which decisions were taken back, in the words of the page that lists them all."""
    if len(which) > 1:
        said = ngettext("{count} decision is taken back.", "{count} decisions are taken back.", len(which))
        return said.format(count=number(len(which)))
    for one in which:
        about = shorten(about_what(one), _TITLE, placeholder="…")
        if about:
            return _("Taken back: {decision}, {about}").format(decision=one.called, about=about)
        return _("Taken back: {decision}").format(decision=one.called)
    return _("Taken back.")
