"""The weather of the practice community: outages and unknown sends, provoked by a file in the account's folder.

`weather.json` holds any of: `offline`, `sign_in_needed`, `nonsense` (true), `busy` (seconds to wait), `slow` (seconds
each answer takes), `lost_requests` and `lost_answers` (how many of the next acts vanish, or arrive and look as if they
had not). Without the file the sky is clear.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from inbox_app.contract.errors import BadAnswer, Busy, Offline, SignInNeeded, Unsure
from inbox_app.contract.texts import _

NAME: Final = "weather.json"


@dataclass(frozen=True, slots=True)
class Weather:
    """How the service behaves now."""

    offline: bool = False
    sign_in_needed: bool = False
    nonsense: bool = False
    busy: float = 0.0
    slow: float = 0.0
    lost_requests: int = 0
    lost_answers: int = 0


CLEAR: Final = Weather()
_NAMES: Final = tuple(field.name for field in fields(Weather))


def forecast(folder: Path) -> Weather:
    """The weather as it stands in the folder; a file that is not understood is clear sky."""
    try:
        said = json.loads((folder / NAME).read_text("utf-8"))
        return Weather(**{name: type(getattr(CLEAR, name))(said[name]) for name in _NAMES if name in said})
    except (OSError, ValueError, TypeError):
        return CLEAR


def change(folder: Path, weather: Weather) -> None:
    """Let the weather be this from now on, also in other processes."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / (NAME + ".new")
    fresh.write_text(json.dumps(asdict(weather)), "utf-8")
    fresh.replace(folder / NAME)


async def weather_out(weather: Weather) -> None:
    """Wait as long as the service is slow, then raise what it would answer.

    Raises:
        Offline, Busy, SignInNeeded: that is the weather.
    """
    if weather.slow:
        await asyncio.sleep(weather.slow)
    if weather.offline:
        raise Offline(_("The practice community is offline: somebody made it so in its weather."))
    if weather.sign_in_needed:
        raise SignInNeeded(_("The practice community wants you to sign in again: somebody made it so in its weather."))
    if weather.busy:
        raise Busy(_("The practice community asks us to wait."), retry_after=timedelta(seconds=weather.busy))


def spoil(weather: Weather) -> None:
    """Raise BadAnswer where the weather is nonsense."""
    if weather.nonsense:
        raise BadAnswer(_("The practice community answers nonsense: somebody made it so in its weather."))


def lose_request(folder: Path, weather: Weather) -> None:
    """Raise Unsure where this act is to vanish on its way."""
    if weather.lost_requests > 0:
        change(folder, replace(weather, lost_requests=weather.lost_requests - 1))
        raise _unsure()


def lose_answer(folder: Path, weather: Weather) -> None:
    """Raise Unsure where this act arrived and its answer is to be lost."""
    if weather.lost_answers > 0:
        change(folder, replace(weather, lost_answers=weather.lost_answers - 1))
        raise _unsure()


def _unsure() -> Unsure:
    return Unsure(_("The practice community did not say whether it took this."))
