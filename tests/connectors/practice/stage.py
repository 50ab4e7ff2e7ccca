"""The stage of the practice connector's tests: somebody outside writes into the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.practice import MANIFEST
from connectors.practice.connector import PracticeConnector
from connectors.practice.journal import Deed, Entry, Journal
from connectors.practice.places import Place
from connectors.practice.said import JOURNAL, message_id
from connectors.practice.weather import CLEAR, Weather, change
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.timecode import to_ms
from tests.contract.stage import Lent, Nonsense, Stage

OUTSIDER = 3


class PracticeStage(Stage):
    """One place of a small community."""

    manifest = MANIFEST

    def __init__(self, lent: Lent, place: Place, **settings: str) -> None:
        self.lent = lent
        self.place = place
        self.settings = {"place": place.value, "size": "small", "seed": "1", **settings}
        self.journal = Journal(lent.folder)
        self.later = timedelta(0)
        self._told = 0

    def now(self) -> datetime:
        """The clock that the connectors of this stage see."""
        return datetime.now(UTC) + self.later

    async def connector(self, *, history_since: datetime | None = None) -> PracticeConnector:
        host = replace(self.lent.host(self.settings, {}, history_since=history_since), now=self.now)
        made = self.manifest.load()(host)
        assert isinstance(made, PracticeConnector)
        return made

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        self._told += 1
        remote_id = message_id(self.place, JOURNAL, f"outside{self._told}")
        keys: tuple[str, ...] = (remote_id,)
        if to is not None:
            keys = (*to.keys, remote_id) if self.place is Place.MAIL else to.keys
        self.journal.append(
            Entry(
                to_ms(self.now()),
                Deed.MESSAGE,
                remote_id,
                target=to.remote_id if to else "",
                member=OUTSIDER,
                text=text,
                keys=keys,
                post=to.post if to else None,
            ),
            once=False,
        )

    async def copies(self, text: str) -> int:
        return sum(entry.text == text and entry.member is None for entry in self.journal.entries())

    async def go_down(self) -> None:
        self.weather(Weather(offline=True))

    async def come_up(self) -> None:
        self.weather(CLEAR)

    async def refuse_sign_in(self) -> None:
        self.weather(Weather(sign_in_needed=True))

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.weather(Weather(nonsense=True))  # there is no line on which an answer could be cut or go on for ever

    def weather(self, weather: Weather) -> None:
        """Let it be so from now on."""
        change(self.lent.folder, weather)
