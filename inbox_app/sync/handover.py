"""How a second process syncs: it hands its wish to the engine by a row, and waits for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.i18n import _
from inbox_app.storage import wishes
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock, now_ms
from inbox_app.sync.report import AccountReport

PATIENCE_MS = 30 * 60 * 1000
"""A first sync of a large mailbox takes its time."""
_LOOK_EVERY = 0.2


class NoAnswer(UserFacingError):
    """The engine took or did not take the wish, and never answered."""

    code = "engine_silent"


async def ask_the_engine(
    store: Store, clock: Clock, account: AccountId | None = None, *, patience_ms: int = PATIENCE_MS
) -> tuple[AccountReport, ...]:
    """Let the running engine sync; its report. Raises `NoAnswer`."""
    wanted = await store.write(partial(wishes.make, kind=wishes.SYNC, account=account))
    until = now_ms(clock) + patience_ms
    while now_ms(clock) < until:
        done, said = await store.read(partial(wishes.answer_to, wanted=wanted))
        if done:
            return tuple(AccountReport.from_json(one) for one in said) if isinstance(said, list) else ()
        await clock.sleep(_LOOK_EVERY)
    raise NoAnswer(
        _("The Portavoce that has this workspace open did not answer. Look whether it hangs, close it, then try again.")
    )


def to_answer(reports: Sequence[AccountReport]) -> list[JsonValue]:
    """Reports as the row holds them."""
    return [report.to_json() for report in reports]
