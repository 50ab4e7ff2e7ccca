"""A saved view: a filter under a name, personal or shared."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.domain.filters import All, By, Filter, Is, says_state
from inbox_app.domain.ids import ColleagueId, ViewId
from inbox_app.domain.words import State


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view. `colleague` is whose it is; None where all colleagues share it."""

    id: ViewId
    name: str
    filter: Filter
    colleague: ColleagueId | None = None
    pinned: bool = True

    @property
    def counted(self) -> Filter:
        """What its count counts: what is open, where the view does not speak of states itself."""
        return self.filter if says_state(self.filter) else All((self.filter, Is(By.STATE, (State.OPEN.value,))))


@dataclass(frozen=True, slots=True)
class CountedView:
    """A view with its count now; `is_more` where it is more than that, and counting on would be slow."""

    view: SavedView
    count: int
    is_more: bool = False
