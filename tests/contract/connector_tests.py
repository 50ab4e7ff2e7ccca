"""The shared test class: what every connector must do, whatever its service.

Inherit it as `class TestMail(ConnectorTests)` with a fixture `stage` that gives a `Stage`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from inbox_app.contract.acts import Absent, Receipt
from inbox_app.contract.connector import (
    Connector,
    CountsRemote,
    FindsSent,
    FinishesSent,
    Listens,
    LoadsOlder,
    Sends,
    verbs_of,
)
from inbox_app.contract.errors import BadAnswer, NotSent, Offline, SignInNeeded
from inbox_app.contract.remote import Batch, Event, Identity, MessageSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Direction, Resend
from tests.contract.stage import Nonsense, Stage, reply

PATIENCE = 60.0
"""Seconds until something that must happen is given up."""
MOST_MEMORY = 100 * 2**20
"""Bytes that a hostile answer may cost, those of a test's own server included."""


async def pull_all(connector: Connector, cursor: JsonObject | None) -> tuple[list[Event], JsonObject]:
    """Pull until there is no more; every cursor goes through JSON, as it does in the database."""
    events: list[Event] = []
    for _page in range(200):
        batch = await connector.pull(cursor)
        events += batch.events
        cursor = through_json(batch)
        if not batch.more:
            return events, cursor
    raise AssertionError("the service has more without end")


def through_json(batch: Batch) -> JsonObject:
    """The batch's cursor as it comes back from the database."""
    cursor: JsonObject = json.loads(json.dumps(batch.cursor))
    return cursor


def messages(events: list[Event]) -> list[RemoteMessage]:
    """The messages among the events."""
    return [event.message for event in events if isinstance(event, MessageSeen)]


async def incoming(connector: Connector, cursor: JsonObject | None, text: str) -> tuple[RemoteMessage, JsonObject]:
    """Pull until a message with this text is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            events, cursor = await pull_all(connector, cursor)
            for message in messages(events):
                if text in message.text:
                    return message, cursor
            await asyncio.sleep(0.05)


class ConnectorTests:
    """Inherited by each connector's tests."""

    @pytest.fixture
    async def connector(self, stage: Stage) -> AsyncIterator[Connector]:
        """A connector that is connected."""
        made = await stage.connector()
        await made.connect()
        yield made
        await made.close()

    @pytest.fixture
    async def cursor(self, connector: Connector) -> JsonObject:
        """Where the account stands after its first pull."""
        return (await pull_all(connector, None))[1]

    async def test_the_manifest_names_what_the_class_can_do(self, stage: Stage) -> None:
        assert stage.manifest.verbs == verbs_of(stage.manifest.load())

    async def test_connect_says_who_we_are_each_time(self, stage: Stage) -> None:
        connector = await stage.connector()
        first: Identity = await connector.connect()
        assert first.remote_id
        assert first.handle
        assert (await connector.connect()).remote_id == first.remote_id
        await connector.close()

    async def test_the_same_cursor_gives_the_same_events(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        await stage.arrive("twice the same")
        message, _after = await incoming(connector, cursor, "twice the same")
        again, _after = await incoming(connector, cursor, "twice the same")
        assert message == again
        assert message.direction is Direction.INCOMING
        assert message.keys

    async def test_a_cursor_outlives_the_connector(
        self, stage: Stage, cursor: JsonObject, connector: Connector
    ) -> None:
        await stage.arrive("while nobody looked")
        await connector.close()
        other = await stage.connector()
        await other.connect()
        message, after = await incoming(other, cursor, "while nobody looked")
        events, _cursor = await pull_all(other, after)
        assert message.remote_id not in [one.remote_id for one in messages(events)]
        await other.close()

    async def test_events_are_oldest_first(self, stage: Stage, connector: Connector, cursor: JsonObject) -> None:
        for number in range(5):
            await stage.arrive(f"number {number}")
        seen: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while len(seen) < 5:
                events, cursor = await pull_all(connector, cursor)
                seen += [message.text for message in messages(events) if "number" in message.text]
        assert [text.strip()[-1] for text in seen] == list("01234")

    async def test_an_answer_belongs_to_its_thread(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        await stage.arrive("the question")
        question, cursor = await incoming(connector, cursor, "the question")
        await stage.arrive("a follow-up", to=question)
        follow_up, _cursor = await incoming(connector, cursor, "a follow-up")
        assert set(question.keys) & set(follow_up.keys)
        assert follow_up.kind is question.kind

    async def test_a_dead_service_is_offline_and_comes_back(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        await stage.go_down()
        with pytest.raises(Offline):
            await pull_all(connector, cursor)
        await stage.come_up()
        await stage.arrive("after the outage")
        async with asyncio.timeout(PATIENCE):
            await self._when_back(connector, cursor, "after the outage")

    async def _when_back(self, connector: Connector, cursor: JsonObject, text: str) -> None:
        while True:
            try:
                await incoming(connector, cursor, text)
            except Offline:
                await asyncio.sleep(0.1)
            else:
                return

    async def test_refused_credentials_need_a_sign_in(self, stage: Stage, connector: Connector) -> None:
        await connector.close()
        await stage.refuse_sign_in()
        fresh = await stage.connector()
        with pytest.raises(SignInNeeded):
            await fresh.connect()
        await fresh.close()

    @pytest.mark.parametrize("kind", list(Nonsense))
    async def test_nonsense_is_a_bad_answer(
        self, stage: Stage, connector: Connector, cursor: JsonObject, kind: Nonsense
    ) -> None:
        await stage.speak_nonsense(kind)
        # What is cut short may as well be a line that broke.
        expected = (BadAnswer, Offline) if kind is Nonsense.CUT else BadAnswer
        tracemalloc.start()
        try:
            async with asyncio.timeout(60):
                with pytest.raises(expected):
                    await pull_all(connector, cursor)
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
        finally:
            tracemalloc.stop()

    async def test_no_secret_is_logged(self, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        connector = await stage.connector()
        await connector.connect()
        await stage.arrive("loud and clear")
        await pull_all(connector, None)
        await stage.go_down()
        with pytest.raises(NotSent):
            await (await stage.connector()).connect()
        await connector.close()
        for secret in stage.secrets:
            assert secret not in caplog.text

    async def test_what_was_sent_comes_back_once_with_the_receipts_id(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        if not isinstance(connector, Sends):
            return
        text = f"our answer {uuid4().hex}"
        await stage.arrive("please answer")
        question, cursor = await incoming(connector, cursor, "please answer")
        act = reply(text, question)
        frozen = connector.freeze(act, await connector.connect())
        receipt = await connector.send(act, frozen)
        if isinstance(connector, FinishesSent):
            await connector.finish_sent(act, frozen, receipt)
            await connector.finish_sent(act, frozen, receipt)
        back, cursor = await incoming(connector, cursor, text)
        assert back.remote_id == receipt.remote_id
        assert back.direction is Direction.OUTGOING
        assert set(back.keys) & set(question.keys)
        assert await stage.copies(text) == 1
        events, _cursor = await pull_all(connector, cursor)
        assert text not in "".join(message.text for message in messages(events))

    async def test_the_wire_form_is_the_same_at_each_try(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        if not isinstance(connector, Sends):
            return
        await stage.arrive("freeze this")
        question, _cursor = await incoming(connector, cursor, "freeze this")
        act, identity = reply("frozen", question), await connector.connect()
        assert connector.freeze(act, identity) == connector.freeze(act, identity)

    async def test_the_same_key_twice_arrives_once(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        if not isinstance(connector, Sends) or connector.resend is not Resend.SAFE:
            return
        text = f"once only {uuid4().hex}"
        await stage.arrive("say it once")
        question, _cursor = await incoming(connector, cursor, "say it once")
        act = reply(text, question)
        frozen = connector.freeze(act, await connector.connect())
        assert (await connector.send(act, frozen)).remote_id == (await connector.send(act, frozen)).remote_id
        assert await stage.copies(text) == 1

    async def test_what_was_sent_is_found(self, stage: Stage, connector: Connector, cursor: JsonObject) -> None:
        if not isinstance(connector, Sends) or not isinstance(connector, FindsSent):
            return
        await stage.arrive("find my answer")
        question, _cursor = await incoming(connector, cursor, "find my answer")
        act = reply(f"to be found {uuid4().hex}", question)
        frozen = connector.freeze(act, await connector.connect())
        assert isinstance(await connector.find_sent(act, frozen), Absent)
        receipt = await connector.send(act, frozen)
        if isinstance(connector, FinishesSent):
            await connector.finish_sent(act, frozen, receipt)
        found = await connector.find_sent(act, frozen)
        assert isinstance(found, Receipt)
        assert found.remote_id == receipt.remote_id

    async def test_the_limits_hold_at_their_boundary(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        if not isinstance(connector, Sends):
            return
        await stage.arrive("how long may it be")
        question, _cursor = await incoming(connector, cursor, "how long may it be")
        limits = connector.limits(question.keys)
        if limits.text is None:
            return
        for length, allowed in ((limits.text - 1, True), (limits.text, True), (limits.text + 1, False)):
            text = "x" * length
            assert limits.allows_text(text) is allowed
            act = reply(text, question)
            frozen = connector.freeze(act, await connector.connect())
            if allowed:
                assert (await connector.send(act, frozen)).remote_id
            else:
                with pytest.raises(NotSent):
                    await connector.send(act, frozen)

    async def test_sending_to_a_dead_service_is_certainly_not_sent(
        self, stage: Stage, connector: Connector, cursor: JsonObject
    ) -> None:
        if not isinstance(connector, Sends):
            return
        text = f"into the void {uuid4().hex}"
        await stage.arrive("nobody home")
        question, _cursor = await incoming(connector, cursor, "nobody home")
        act = reply(text, question)
        frozen = connector.freeze(act, await connector.connect())
        await connector.close()
        await stage.go_down()
        with pytest.raises(NotSent):
            await connector.send(act, frozen)
        await stage.come_up()
        assert await stage.copies(text) == 0

    async def test_news_nudges(self, stage: Stage, connector: Connector, cursor: JsonObject) -> None:
        if not isinstance(connector, Listens):
            return
        nudges = aiter(connector.listen())
        waiting = asyncio.ensure_future(anext(nudges))
        async with asyncio.timeout(PATIENCE):
            while not waiting.done():  # what arrives before the line is open is no news to it
                await stage.arrive("listen to this")
                await asyncio.wait({waiting}, timeout=0.5)
            await waiting
            message, _cursor = await incoming(connector, cursor, "listen to this")
        assert message.direction is Direction.INCOMING

    async def test_history_comes_newest_page_first_and_ends(self, stage: Stage, connector: Connector) -> None:
        if not isinstance(connector, LoadsOlder):
            return
        texts = await self._write_the_past(stage)
        pages = await self._load_history(stage, texts)
        assert len(pages) > 1
        said = [" ".join(message.text for message in page) for page in pages]
        found_on = [next(number for number, page in enumerate(said) if text in page) for text in texts]
        assert found_on == sorted(found_on, reverse=True)
        assert all(message.history for page in pages for message in page)
        moments = [[message.sent_at for message in page] for page in pages]
        assert all(page == sorted(page) for page in moments)
        assert all(older[-1] <= newer[-1] for newer, older in pairwise(moments))

    async def test_history_goes_on_where_it_stopped(self, stage: Stage, connector: Connector) -> None:
        if not isinstance(connector, LoadsOlder):
            return
        texts = await self._write_the_past(stage)
        whole = await self._load_history(stage, texts)
        in_pieces = await self._load_history(stage, texts, lives=True)
        assert [[one.remote_id for one in page] for page in in_pieces] == [
            [one.remote_id for one in page] for page in whole
        ]

    async def _write_the_past(self, stage: Stage) -> list[str]:
        texts = [f"long ago {number:03}" for number in range(stage.more_than_a_page)]
        for text in texts:
            await stage.arrive(text)
        return texts

    async def _load_history(self, stage: Stage, texts: list[str], *, lives: bool = False) -> list[list[RemoteMessage]]:
        """The pages that hold something, and with them every text; `lives` makes a new connector for each page."""
        since = datetime.now(UTC) - timedelta(days=30)
        connector = await stage.connector(history_since=since)
        await pull_all(connector, None)
        pages: list[list[RemoteMessage]] = []
        cursor: JsonObject | None = None
        more = True
        while more:
            assert isinstance(connector, LoadsOlder)
            assert len(pages) < 500, "history has no end"
            batch = await connector.load_older(cursor)
            cursor, more = through_json(batch), batch.more
            pages.append(messages(list(batch.events)))
            if lives:
                await connector.close()
                connector = await stage.connector(history_since=since)
        await connector.close()
        said = " ".join(message.text for page in pages for message in page)
        assert all(text in said for text in texts)
        return [page for page in pages if page]

    async def test_the_service_is_counted(self, stage: Stage, connector: Connector) -> None:
        if not isinstance(connector, CountsRemote):
            return
        before = sum(count.messages for count in await connector.count_remote())
        await stage.arrive("one more")
        async with asyncio.timeout(PATIENCE):
            while sum(count.messages for count in await connector.count_remote()) == before:
                await asyncio.sleep(0.05)
        assert sum(count.messages for count in await connector.count_remote()) == before + 1
