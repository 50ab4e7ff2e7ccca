"""One desk of a team: an engine on a workspace on a server, with a fake service that lies in a file."""

from __future__ import annotations

from inbox_app.domain.words import Resend
from inbox_app.events import Bus
from inbox_app.storage.store import Store
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.door import Door
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.leased_door import LeasedDoor
from tests.fakes.connector import fake_channel
from tests.fakes.engine_room import make_bare_host, no_blobs
from tests.fakes.service import FileService


class Unlocked:
    """Nobody else on this desk's computer."""

    def release(self) -> None:
        return None


def engine_of(store: Store, bus: Bus, service: FileService, resend: Resend) -> Engine:
    """An engine on a computer of its own."""
    clock = SystemClock()
    guard = LeasedDoor(Door(Unlocked), store, clock, "brand")
    catalogue = {"fake": fake_channel(service, resend=resend)}
    return Engine(Parts(store, bus, catalogue, make_bare_host, no_blobs, guard, clock))
