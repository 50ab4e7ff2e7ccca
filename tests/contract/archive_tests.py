"""The shared test class of archive readers: what each must promise, whatever its format.

Inherit it as `class TestMbox(ArchiveTests)` with a fixture `sample` that gives a `Sample`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbox_app.contract.archive import MOST_EVENTS, Archive, ArchiveBatch, NoArchive
from inbox_app.contract.connector import ReadsArchive
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import MessageSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Direction, Verb
from inbox_app.ingest import ingest
from tests.contract.stage import Lent


@dataclass(frozen=True, slots=True)
class Sample:
    """How an archive is made for a test.

    `build` writes one with so many messages of the texts "message 0", "message 1" …, each third from `own`; `spoil`
    makes something else of what lies at the path; `add_damage` adds one thing that cannot become a message.
    """

    manifest: Manifest
    kind: str
    own: str
    build: Callable[[Path, int], Path]
    spoil: Callable[[Path], object]
    add_damage: Callable[[Path], object]


class ArchiveTests:
    """Inherited by the tests of each format."""

    @pytest.fixture
    def opened(self, sample: Sample, lent: Lent) -> Callable[[Path], Archive]:
        """Opens an archive at a path."""
        reader = sample.manifest.load()
        assert issubclass(reader, ReadsArchive)
        return lambda path: reader.open_archive(lent.host({}, {}), sample.kind, path)

    async def test_the_manifest_declares_the_format(self, sample: Sample) -> None:
        assert sample.kind in [one.key for one in sample.manifest.archives]
        assert Verb.READS_ARCHIVE in sample.manifest.verbs
        assert MOST_EVENTS == ingest.MOST_EVENTS

    async def test_everything_is_read_once_as_history(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        archive = opened(sample.build(tmp_path, 9))
        batches = await read(archive, None, sample.own)
        found = messages(batches)
        assert sorted(one.text.strip() for one in found) == [f"message {number}" for number in range(9)]
        assert len({one.remote_id for one in found}) == 9
        assert all(one.history and one.keys for one in found)
        ours = {one.text.strip() for one in found if one.direction is Direction.OUTGOING}
        assert ours == {"message 0", "message 3", "message 6"}
        assert [one.skipped for one in batches if one.skipped] == []

    async def test_read_twice_it_is_the_same(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        archive = opened(sample.build(tmp_path, 5))
        assert await read(archive, None, sample.own) == await read(archive, None, sample.own)

    async def test_each_cursor_outlives_json_and_goes_on_where_it_was(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        path = sample.build(tmp_path, 2 * MOST_EVENTS + 50)
        whole = await read(opened(path), None, sample.own)
        assert len(whole) >= 3
        assert all(len(batch.events) + len(batch.skipped) <= MOST_EVENTS for batch in whole)
        for place, batch in enumerate(whole):
            cursor: JsonObject = json.loads(json.dumps(batch.cursor))
            assert messages(await read(opened(path), cursor, sample.own)) == messages(whole[place + 1 :])

    async def test_a_cursor_of_something_else_is_passed_over(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        path = sample.build(tmp_path, MOST_EVENTS + 20)
        cursor = (await read(opened(path), None, sample.own))[0].cursor
        sample.spoil(path)
        expected = messages(await read(opened(path), None, sample.own))
        assert messages(await read(opened(path), cursor, sample.own)) == expected
        assert messages(await read(opened(path), {"nonsense": [1]}, sample.own)) == expected

    async def test_what_is_no_message_is_listed_with_its_place_and_reason(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        path = sample.build(tmp_path, 4)
        sample.add_damage(path)
        batches = await read(opened(path), None, sample.own)
        assert len(messages(batches)) == 4
        (skipped,) = [one for batch in batches for one in batch.skipped]
        assert skipped.where
        assert skipped.why.endswith(".")

    async def test_reading_may_stop_early_and_begin_again(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        archive = opened(sample.build(tmp_path, 2 * MOST_EVENTS + 10))
        async with aclosing(archive.read(None, frozenset())) as batches:
            first = await anext(batches)
        assert (await read(archive, None, ""))[0].events == first.events

    async def test_the_survey_knows_size_and_owner(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        archive = opened(sample.build(tmp_path, 12))
        survey = await archive.survey()
        assert survey.own == {sample.own}
        assert survey.what
        assert (await read(archive, None, sample.own))[-1].done == survey.size

    async def test_nothing_there_is_a_sentence(
        self, sample: Sample, opened: Callable[[Path], Archive], tmp_path: Path
    ) -> None:
        with pytest.raises(NoArchive, match="no file or folder"):
            await opened(tmp_path / "gone").survey()
        with pytest.raises(NoArchive, match="no file or folder"):
            await read(opened(tmp_path / "gone"), None, sample.own)


async def read(archive: Archive, cursor: JsonObject | None, own: str) -> list[ArchiveBatch]:
    """Everything behind a cursor."""
    return [batch async for batch in archive.read(cursor, frozenset({own}))]


def messages(batches: list[ArchiveBatch]) -> list[RemoteMessage]:
    """The messages in their order."""
    return [event.message for batch in batches for event in batch.events if isinstance(event, MessageSeen)]
