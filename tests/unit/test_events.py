"""The event bus: united, thread-safe, and deaf windows forgotten."""

import asyncio
import gc
import logging
import threading

import pytest

from inbox_app.domain.changes import NOTHING, Changes
from inbox_app.events import Bus


def topic(*names: str) -> Changes:
    return Changes(topics=frozenset(names))


class Window:
    def __init__(self) -> None:
        self.heard: list[Changes] = []
        self.threads: list[int] = []

    def hear(self, changes: Changes) -> None:
        self.heard.append(changes)
        self.threads.append(threading.get_ident())


def test_without_a_loop_the_publisher_delivers_at_once() -> None:
    bus, window = Bus(), Window()
    bus.subscribe(window.hear)
    bus.publish(topic("tags"))
    bus.publish(topic("views"))
    assert window.heard == [topic("tags"), topic("views")]


def test_nothing_changed_is_not_told() -> None:
    bus, window = Bus(), Window()
    bus.subscribe(window.hear)
    bus.publish(NOTHING)
    assert window.heard == []


async def test_on_a_loop_changes_from_other_threads_arrive_united() -> None:
    bus, window = Bus(), Window()
    bus.subscribe(window.hear, loop=asyncio.get_running_loop())
    names = [f"t{n}" for n in range(200)]

    def publish_each(part: list[str]) -> None:
        for name in part:
            bus.publish(topic(name))

    writers = [threading.Thread(target=publish_each, args=[part]) for part in (names[:100], names[100:])]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    await asyncio.sleep(0)
    assert window.heard == [topic(*names)]
    assert window.threads == [threading.get_ident()]
    bus.publish(topic("later"))
    await asyncio.sleep(0)
    assert window.heard[1:] == [topic("later")]


async def test_gathering_unites_what_follows_shortly() -> None:
    bus, told = Bus(), asyncio.Event()
    heard: list[Changes] = []

    def hear(changes: Changes) -> None:
        heard.append(changes)
        told.set()

    bus.subscribe(hear, loop=asyncio.get_running_loop(), gather=0.01)
    bus.publish(topic("a"))
    await asyncio.sleep(0)
    bus.publish(topic("b"))
    async with asyncio.timeout(60):
        await told.wait()
    assert heard == [topic("a", "b")]


async def test_unsubscribing_drops_what_is_pending() -> None:
    bus, window = Bus(), Window()
    unsubscribe = bus.subscribe(window.hear, loop=asyncio.get_running_loop())
    bus.publish(topic("tags"))
    unsubscribe()
    unsubscribe()
    await asyncio.sleep(0)
    bus.publish(topic("tags"))
    await asyncio.sleep(0)
    assert window.heard == []


def test_a_failing_listener_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bus, window = Bus(), Window()

    def fail(_: Changes) -> None:
        raise ValueError("broken window")

    bus.subscribe(fail)
    bus.subscribe(window.hear)
    with caplog.at_level(logging.ERROR):
        bus.publish(topic("tags"))
        bus.publish(topic("tags"))
    assert len(window.heard) == 2
    assert caplog.text.count("ValueError: broken window") == 2


def test_an_interrupt_is_not_swallowed() -> None:
    bus = Bus()

    def interrupt(_: Changes) -> None:
        raise KeyboardInterrupt

    bus.subscribe(interrupt)
    with pytest.raises(KeyboardInterrupt):
        bus.publish(topic("tags"))


def test_a_window_that_is_gone_is_forgotten() -> None:
    bus, window = Bus(), Window()
    bus.subscribe(window.hear)
    del window
    gc.collect()
    bus.publish(topic("tags"))
    assert bus._subscriptions == []


def test_a_closed_loop_is_forgotten() -> None:
    bus, window, loop = Bus(), Window(), asyncio.new_event_loop()
    bus.subscribe(window.hear, loop=loop)
    loop.close()
    bus.publish(topic("tags"))
    assert window.heard == []
    assert bus._subscriptions == []


def test_a_listener_may_unsubscribe_and_publish_while_it_hears() -> None:
    bus, heard = Bus(), list[Changes]()

    def hear(changes: Changes) -> None:
        heard.append(changes)
        unsubscribe()
        bus.publish(topic("again"))

    unsubscribe = bus.subscribe(hear)
    bus.publish(topic("tags"))
    assert heard == [topic("tags")]
