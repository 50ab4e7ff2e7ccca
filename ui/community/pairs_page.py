"""Suggested links, one after the other: two members side by side, one key says whether they are one person."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from inbox_app.actions import members as act
from inbox_app.actions import triage
from inbox_app.domain.errors import NotFound, UserFacingError, WrongUse
from inbox_app.domain.ids import OperationId
from inbox_app.domain.pairs import Guess, Guesses, Pair, two_of
from inbox_app.domain.people import Activity, TimelineLine
from inbox_app.i18n import _, ngettext
from inbox_app.queries import members, pairing
from ui.asking import Asking
from ui.community.pair_view import PairView
from ui.core import Core
from ui.foremost import hear_once, hear_undo
from ui.inbox.list_state import ListState, Mood
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.mirroring import is_mirrored
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.theme.widgets import Label, PushButton

_SIZE = QSize(980, 640)
_LOT = 8
"""So many are weighed at once: the first is there soon, and what is found meanwhile comes soon too."""
_WORDS = 2
"""So many of each one's last words are shown."""


class PairsPage(QDialog):
    """`load` before it is opened."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks = core, tasks
        self._finding, self._bringing = Asking(tasks, "suggested links"), Asking(tasks, "a suggested link")
        self._guesses = Guesses()
        self._ahead: deque[Pair] = deque()
        self._later: list[Pair] = []
        self._dealt: list[tuple[Pair, tuple[OperationId, ...]]] = []
        self._busy = self._is_over = self._is_bringing = self._is_searched = self._is_all = False
        self.current: Pair | None = None
        self.setWindowTitle(_("Suggested links"))
        self.resize(_SIZE)
        self.left = Label(theme, size=fonts.META, tone="second")
        self.told = Label(theme, tone="second").wrapping()
        self.view = PairView(theme)
        forward, back = ("←", "→") if is_mirrored() else ("→", "←")
        self.same = PushButton(theme, _("One person ({key})").format(key=f"Y, {forward}"), "primary")
        self.other = PushButton(theme, _("Two people ({key})").format(key=f"N, {back}"), "plain")
        self.later = PushButton(theme, _("Later ({key})").format(key="↓"), "plain")
        self._lay_out(theme)
        self._wire()

    @property
    def is_settled(self) -> bool:
        """Whether all was looked through, and what is on screen can be decided."""
        return self._finding.is_idle and self._bringing.is_idle and not self._busy

    def load(self) -> None:
        """Begin to look; the first pair is shown as soon as it is found."""
        self._show(None)
        self._finding.ask(self._find)

    async def _find(self) -> None:
        async for some in pairing.found(self._core.store):
            self._guesses.gather(some)
            self._count()
            if self.current is None and not self._busy:
                self._go_on()
        self._is_searched = True
        if self.current is None and not self._busy:
            self._go_on()

    def _go_on(self) -> None:
        """Bring the next pair, unless one is on its way."""
        self.current = None
        if not self._is_over and not self._is_bringing:
            self._is_bringing = True
            self._bringing.ask(self._bring)

    async def _bring(self) -> None:
        try:
            found = await self._next()
        finally:
            self._is_bringing = False
        self._show(found)

    async def _next(self) -> Pair | None:
        """The next pair that is undecided still, looked at once more: others decide too."""
        store = self._core.store
        while self._ahead or self._guesses or await self._find_more():
            if not self._ahead:
                self._ahead.extend(await pairing.weighed(store, self._guesses.take(_LOT)))
                continue
            pair = self._ahead.popleft()
            two = two_of(pair.whole.id, pair.part.id)
            grounds = tuple(one for one in pair.grounds if one.speaks_for)
            for now in await pairing.weighed(store, [Guess(two, grounds)]):
                both = (now.whole.id, now.part.id)
                said = [
                    await members.timeline(store, self._core.me, one, only=Activity.SAID, limit=_WORDS) for one in both
                ]
                words = [[line for line in one.lines if isinstance(line, TimelineLine)] for one in said]
                self.view.show_pair(now, words)
                return now
        return None

    async def _find_more(self) -> bool:
        """Whether there is more than what is found at once, when all of that is gone through."""
        if self._is_searched and not self._is_all:
            self._guesses.gather(await pairing.more(self._core.store, self._guesses.taken))
            self._is_all = not self._guesses
        return bool(self._guesses)

    def _show(self, pair: Pair | None) -> None:
        self.current = pair
        for button in (self.same, self.other, self.later):
            button.setEnabled(pair is not None)
        self._count()
        if pair is None:
            self._tell_state()

    def _tell_state(self) -> None:
        if not self._is_searched:
            self.view.show_state(ListState(Mood.LOADING, _("All members are compared…")))
        elif self._later:
            told = ngettext("{count} is left for later.", "{count} are left for later.", len(self._later))
            said = told.format(count=number(len(self._later)))
            self.view.show_state(ListState(Mood.EMPTY, said, _("Look at them now")))
        else:
            said = _("Nobody here seems to be one person with somebody else.")
            self.view.show_state(ListState(Mood.EMPTY, said))

    def _count(self) -> None:
        left = len(self._guesses) + len(self._ahead) + len(self._later) + (self.current is not None)
        said = ngettext("{count} left", "{count} left", left)
        if self._guesses:
            # What speaks against these was not looked for yet, and may leave them out.
            said = ngettext("At most {count} left", "At most {count} left", left)
        self.left.setText(said.format(count=number(left)))

    def _decide(self, *, is_one: bool) -> None:
        """One at a time: a key pressed twice decides nothing that was not seen."""
        pair = self.current
        if pair is not None and not self._busy:
            self._busy = True
            self._tasks.start(self._record(pair, is_one=is_one), "suggested link")

    async def _record(self, pair: Pair, *, is_one: bool) -> None:
        store, me, whole, part = self._core.store, self._core.me, pair.whole, pair.part
        try:
            with store.recording() as decided:
                if is_one:
                    await act.link(store, me, whole.id, part.id, ", ".join(one.reason for one in pair.grounds))
                    said = _("{name} and {other} are one member now; Z takes it back.")
                else:
                    await act.keep_apart(store, me, whole.id, part.id)
                    said = _("{name} and {other} are two people, and not suggested again; Z takes it back.")
            self._dealt.append((pair, tuple(decided)))
            self._tell(said.format(name=whole.name, other=part.name))
        except (NotFound, WrongUse) as meanwhile:
            # Decided elsewhere while it was on screen: that stands, and the next one comes.
            self._tell(meanwhile.message)
        finally:
            self._busy = False
        self._go_on()

    def _tell(self, sentence: str = "") -> None:
        """What was done last, or what a link is."""
        hint = _("Nothing is merged: each keeps what is theirs, and a link can be taken back at any time.")
        if not self._is_over:
            self.told.setText(sentence or hint)

    def _put_off(self) -> None:
        if self.current is not None and not self._busy:
            self._later.append(self.current)
            self._dealt.append((self.current, ()))
            self._tell()
            self._go_on()

    def _look_at_later(self) -> None:
        self._ahead.extend(self._later)
        self._later.clear()
        self._dealt = [(pair, decided) for pair, decided in self._dealt if decided]
        self._go_on()

    def _take_back(self) -> None:
        if not self._dealt:
            self._tell(_("Nothing was done here that could be taken back."))
        elif not self._busy and not self._is_bringing:
            self._busy = True
            self._tasks.start(self._undo(*self._dealt.pop()), "undo")

    async def _undo(self, pair: Pair, decided: tuple[OperationId, ...]) -> None:
        """The last that was done on this page, which is shown again; what is on screen comes after it."""
        try:
            if decided:
                await triage.undo_each(self._core.store, decided)
            else:
                self._later.remove(pair)
            self._tell()
        except UserFacingError as too_late:
            self._tell(too_late.message)
        finally:
            self._busy = False
        self._ahead.extendleft(filter(None, (self.current, pair)))
        self._go_on()

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._is_over = True
        self._finding.forget()
        self._bringing.forget()
        super().done(result)

    def _lay_out(self, theme: Theme) -> None:
        self._tell()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.other, self.later, self.same):
            button.setAutoDefault(False)
        foot.addWidget(self.other)
        foot.addStretch(1)
        foot.addWidget(self.later)
        foot.addStretch(1)
        foot.addWidget(self.same)
        column = titled_column(theme, self, self.left)
        column.addWidget(self.told)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def _wire(self) -> None:
        yes, no = partial(self._decide, is_one=True), partial(self._decide, is_one=False)
        forward, back = ("Left", "Right") if is_mirrored() else ("Right", "Left")
        deeds: tuple[tuple[PushButton, tuple[str, ...], Callable[[], None]], ...] = (
            (self.same, (forward, "Y"), yes),
            (self.other, (back, "N"), no),
            (self.later, ("Down",), self._put_off),
        )
        for button, keys, deed in deeds:
            button.clicked.connect(deed)
            for key in keys:
                hear_once(self, key, deed)
        hear_undo(self, self._take_back)
        self.view.state.step_asked.connect(self._look_at_later)
