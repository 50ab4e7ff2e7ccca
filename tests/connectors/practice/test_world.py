"""The community's past follows from the seed alone: the same everywhere, as large as promised, in flat memory."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.practice import MANIFEST
from connectors.practice.places import Place, Size, shape_of
from connectors.practice.said import Said
from connectors.practice.timeline import DAY, bend, straighten
from connectors.practice.world import World

NOW = 1_793_000_000_000
ROOT = Path(__file__).parents[3]
DIGEST = """
from tests.connectors.practice.test_world import digest
print(digest())
"""


def digest() -> str:
    """One figure for some of everything."""
    drawn = [World(5, place, Size.SMALL, NOW).block(1) for place in Place]
    return sha256(repr(drawn).encode()).hexdigest()


def world(place: Place, size: Size = Size.SMALL, seed: int = 5) -> World:
    return World(seed, place, size, NOW)


def all_said(one: World) -> list[Said]:
    return [said for number in range(one.shape.blocks) for said in one.block(number).said]


def test_another_process_makes_the_same_community() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "99", "PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.strip() == digest()


def test_another_seed_makes_another_community() -> None:
    assert world(Place.COMMENTS).block(0) != world(Place.COMMENTS, seed=6).block(0)


@pytest.mark.parametrize("place", Place)
def test_a_block_does_not_depend_on_the_blocks_before(place: Place) -> None:
    fresh, used = world(place), world(place)
    for number in range(3):
        used.block(number)
    assert fresh.block(2) == used.block(2)


@pytest.mark.parametrize("place", Place)
def test_blocks_follow_each_other_in_time_and_number(place: Place) -> None:
    one = world(place)
    for number in range(one.shape.blocks):
        block = one.block(number)
        times = [said.at for said in block.said]
        assert times == sorted(times)
        assert one.timeline.begin(number) <= times[0]
        assert times[-1] <= one.timeline.begin(number + 1)
        assert all(post.at <= said.at for said in block.said for post in block.posts if said.post == post.id)
        assert {one.timeline.block_at(at) for at in times if at < one.timeline.begin(number + 1)} == {number}


@pytest.mark.parametrize("place", Place)
def test_every_message_stands_alone_and_answers_an_earlier_one(place: Place) -> None:
    said = all_said(world(place))
    at = {one.id: one.at for one in said}
    assert len(at) == len(said) == shape_of(place, Size.SMALL).all_messages
    assert all(at[one.parent] <= one.at for one in said if one.parent)
    sample = said[len(said) // 2]
    assert world(place).message(int("".join(filter(str.isdigit, sample.id)))) == sample


@pytest.mark.parametrize(("size", "messages", "members"), [(Size.SMALL, 5_000, 400), (Size.LARGE, 1_000_000, 20_000)])
def test_the_figures_add_up(size: Size, messages: int, members: int) -> None:
    shapes = [shape_of(place, size) for place in Place]
    assert sum(shape.all_messages for shape in shapes) == messages
    assert sum(shape.members for shape in shapes) == members


@pytest.mark.parametrize("place", Place)
def test_all_members_of_a_large_place_come_in_their_turn(place: Place) -> None:
    one = world(place, Size.LARGE)
    shape = one.shape
    new = [one.debut(conversation) for conversation in range(one.conversations)]
    assert [known for known, is_new in new if is_new] == list(range(one.cast + 1, shape.members + 1))


@pytest.mark.parametrize("place", Place)
def test_members_have_handles_of_their_own(place: Place) -> None:
    one = world(place, Size.LARGE)
    handles = Counter(one.author(member).handle for member in range(one.shape.members))
    assert handles.most_common(1)[0][1] == 1


def test_some_people_are_known_in_several_places() -> None:
    places = {place: world(place) for place in Place}
    names = {place: {one.person(n).name for n in range(one.shape.members)} for place, one in places.items()}
    assert len(names[Place.COMMENTS] & names[Place.DIRECT]) >= 10
    assert len(names[Place.DIRECT] & names[Place.MAIL]) >= 10


def test_a_large_community_has_crowds() -> None:
    one = world(Place.COMMENTS, Size.LARGE)
    crowd = 7 * 4
    posts = Counter(said.post for number in range(crowd, crowd + 4) for said in one.block(number).said)
    assert posts.most_common(1)[0][1] == 2000
    room = world(Place.ROOM, Size.LARGE)
    assert Counter(said.keys[0] for said in room.block(3).said).most_common(1)[0][1] > 300


def test_memory_stays_flat_over_fifty_thousand_messages() -> None:
    one = world(Place.COMMENTS, Size.LARGE)
    one.block(0)
    tracemalloc.start()
    try:
        for number in range(100):
            one.block(number)
            if number == 20:
                early = tracemalloc.get_traced_memory()[0]
                tracemalloc.reset_peak()
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now - early < 4_000_000
    assert peak < 12_000_000


def test_bent_time_keeps_its_order_and_days() -> None:
    virtual = range(NOW, NOW + 2 * DAY, 777_777)
    clock = [bend(at) for at in virtual]
    assert clock == sorted(clock)
    assert all(abs(straighten(bend(at)) - at) < 10 for at in virtual)
    assert bend(NOW - NOW % DAY) == NOW - NOW % DAY


def test_nights_are_quiet() -> None:
    hours = Counter(said.at // 3_600_000 % 24 for said in all_said(world(Place.COMMENTS)))
    assert sum(hours[hour] for hour in range(6)) * 3 < sum(hours[hour] for hour in range(16, 22))


def test_the_manifest_names_the_whole_community() -> None:
    assert MANIFEST.practice is not None
    settings = MANIFEST.practice("large", 3)
    assert [one["place"] for one in settings] == list(Place)
    assert {(one["size"], one["seed"]) for one in settings} == {("large", "3")}
