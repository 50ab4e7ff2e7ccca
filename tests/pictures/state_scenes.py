"""What is done before a picture of a state is taken: nothing yet, nothing found, no network, something went wrong."""

from __future__ import annotations

from dataclasses import replace

from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from inbox_app.queries import accounts
from tests.pictures.scenes import Scene, opened
from tests.pictures.stage import Stage
from ui.inbox.list_state import ListState, Mood


async def loading(stage: Stage) -> None:
    """A list that is not there yet."""
    await stage.open()
    stage.place.list.show_state(ListState(Mood.LOADING, _("The practice room is being furnished…")))
    await _stand(stage)


async def offline(stage: Stage) -> None:
    """No service of any account can be reached."""
    await opened("Maya Lindhagen")(stage)
    assert stage.core is not None
    trouble = _("the server could not be reached.").capitalize()
    rows = await accounts.every(stage.core.store)
    stage.place.bridge.accounts_changed.emit(tuple(replace(row, error=trouble, is_away=True) for row in rows))
    await _stand(stage)


async def failed(stage: Stage) -> None:
    """A conversation that cannot be shown, and what went wrong before."""
    await opened("Maya Lindhagen")(stage)
    stage.window.trouble.say(_("The database is busy. Try again in a moment."))
    stage.place.bridge.thread_failed.emit(_("The database is busy. Try again in a moment."))
    await _stand(stage)


async def signed_out(stage: Stage) -> None:
    """One account that needs a person, one that is paused."""
    await opened("Maya Lindhagen")(stage)
    assert stage.core is not None
    first, second, *others = await accounts.every(stage.core.store)
    gone = replace(first, state=AccountState.SIGN_IN_NEEDED)
    stage.place.bridge.accounts_changed.emit((gone, replace(second, state=AccountState.PAUSED), *others))
    await _stand(stage)


async def _stand(stage: Stage) -> None:
    """Until what was said has found its place."""
    await stage.until(lambda: stage.place.is_settled)


def unfound(words: str) -> Scene:
    """A search that found nothing."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.list.search.setText(words)
        stage.place.list.search.returnPressed.emit()
        await stage.until(lambda: stage.place.is_settled and not stage.place.bridge.ids)

    return scene
