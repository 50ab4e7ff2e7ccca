"""A community moves in before the open window: what its news may cost there, whatever the machine."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest

from inbox_app.app import App
from inbox_app.domain.changes import Changes
from inbox_app.storage.store import Store
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.bridge import GATHER, Bridge

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
STORED = ("read", "write")


@pytest.mark.timeout(300)
async def test_the_window_reads_nothing_itself_and_unites_what_it_hears(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, threads, counted = threading.get_ident(), Counter[str](), Counter[str]()

    def watched(name: str) -> Callable[..., Awaitable[object]]:
        plain = getattr(Store, name)

        async def call(self: Store, work: Callable[[object], object]) -> object:
            def run(given: object) -> object:
                threads["window" if threading.get_ident() == window else "beside"] += 1
                return work(given)

            return await plain(self, run)

        return call

    def hear(self: Bridge, changes: Changes) -> None:
        counted["heard"] += 1
        heard(self, changes)

    heard = Bridge._hear
    for name in STORED:
        monkeypatch.setattr(Store, name, watched(name))
    monkeypatch.setattr(Bridge, "_hear", hear)
    begun = monotonic()
    person.click(person.window.first_start.practice)
    await until(lambda: person.window.workplace is not None, "the workspace")
    core = person.session.core
    assert isinstance(core, App)
    core.bus.subscribe(lambda _changes: counted.update(["committed"]))
    person.place.bridge.ids_changed.connect(lambda _ids: counted.update(["listed"]))
    await core.sync()
    await until(lambda: person.place.is_settled, "all of it on screen")

    at_most = 2 + (monotonic() - begun) / GATHER
    assert counted["heard"] <= at_most, "news of one moment is heard as one"
    assert counted["heard"] < counted["committed"]
    assert counted["listed"] <= counted["heard"] + 2, "and the list is read once for all that was heard"
    assert threads["window"] == 0
    assert threads["beside"] > counted["listed"]
