"""Removing an account: its service is told, and whatever it answers keeps nobody here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from inbox_app.contract.errors import Offline
from inbox_app.sync import leaving
from tests.fakes.connector import FakeSender, fake_channel
from tests.fakes.engine_room import make_bare_host, open_room
from tests.fakes.service import FileService


@pytest.fixture
def service(tmp_path: Path) -> FileService:
    return FileService(tmp_path / "service")


class Polite(FakeSender):
    """Counts how often it signed out, and how often it hung up."""

    signed_out = closed = 0

    async def sign_out(self) -> None:
        Polite.signed_out += 1

    async def close(self) -> None:
        Polite.closed += 1


class Unreachable(FakeSender):
    """Cannot tell its service."""

    async def sign_out(self) -> None:
        raise Offline("nobody there")


class Silent(FakeSender):
    """Its service never answers."""

    async def sign_out(self) -> None:
        await asyncio.Event().wait()


async def leave(tmp_path: Path, service: FileService, base: type[FakeSender]) -> None:
    manifest = fake_channel(service, base=base)
    async with open_room(tmp_path, manifest) as room:
        await leaving.sign_out(room.store, {"fake": manifest}, make_bare_host, room.account)


async def test_the_service_is_told_and_the_line_closed(tmp_path: Path, service: FileService) -> None:
    Polite.signed_out = Polite.closed = 0
    await leave(tmp_path, service, Polite)
    assert Polite.signed_out == 1
    assert Polite.closed >= 1


@pytest.mark.parametrize("base", [Unreachable, Silent, FakeSender])
async def test_what_stands_in_the_way_is_no_reason_to_stay(
    tmp_path: Path, service: FileService, monkeypatch: pytest.MonkeyPatch, base: type[FakeSender]
) -> None:
    monkeypatch.setattr(leaving, "DEADLINE", 0.01)
    await asyncio.wait_for(leave(tmp_path, service, base), 60)
