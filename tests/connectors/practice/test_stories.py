"""The scenario holds together: every line has a speaker and a parent, nothing is said twice, nobody real is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pytest

from connectors.practice.known import acquaintances
from connectors.practice.people import author, cast, drawn, guests, person
from connectors.practice.phrases import Template, books, names
from connectors.practice.pictures import file_of
from connectors.practice.places import FRESH_DAYS, Place, Size, shape_of
from connectors.practice.speech import LANGUAGES, draw_words, fill
from connectors.practice.stories import WE, Later, Line, Scene, duration, stories
from connectors.practice.timeline import DAY, HOUR
from connectors.practice.world import World, dice_of

NOW = 1_793_000_000_000
SCENES = [
    pytest.param(scene, id=f"{n}-{scene.place}-{scene.subject or scene.post}")
    for n, scene in enumerate(stories().scenes)
]
TAGS = {"en", "it", "ar"}
SITE = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?!\()")


def lines_of(scene: Scene) -> tuple[Line | Later, ...]:
    """All that is said in a scene."""
    return (*scene.lines, *scene.later)


def written() -> Iterator[str]:
    """All texts of the stories."""
    for post in stories().posts:
        yield post.title
        yield post.text
    for scene in stories().scenes:
        yield from (one.text for one in lines_of(scene))
        yield from (one.answer for one in lines_of(scene) if one.answer)
        yield from (one.text for one in scene.marks if one.text)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_holds_together(scene: Scene) -> None:
    lines = lines_of(scene)
    assert lines
    assert scene.language in TAGS
    assert {line.who for line in lines} <= {*stories().characters, WE}
    assert all(line.text for line in lines)
    assert all(line.who != WE for line in scene.later), "what we say is for the person at the keyboard"
    for turn, line in enumerate(lines):
        assert line.to is None or 0 <= line.to < turn, "a line answers an earlier one"
        assert not line.answer or line.who != WE
    assert all(earlier.ago > later.ago > 0 for earlier, later in pairwise(scene.lines)), "oldest first"
    assert all(earlier.turn < later.turn for earlier, later in pairwise(scene.later))
    assert all(mark.line < len(scene.lines) and mark.deed in ("edit", "delete", "like") for mark in scene.marks)
    assert (scene.stars > 0) == (scene.place is Place.REVIEWS)
    assert bool(scene.subject) == (scene.place in (Place.MAIL, Place.FORUM))


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_lies_under_its_post(scene: Scene) -> None:
    posts = {post.key: post for post in stories().posts}
    if scene.place is Place.COMMENTS:
        assert all(line.ago < posts[scene.post].ago for line in scene.lines)
    elif scene.place is Place.FORUM:
        assert books()[scene.language].theme(scene.theme) is not None
    else:
        assert not scene.post


def test_every_post_is_commented_on_and_known_to_the_phrase_book() -> None:
    used = {scene.post for scene in stories().scenes}
    for post in stories().posts:
        assert post.key in used
        assert books()[post.language].theme(post.theme) is not None


def test_no_text_comes_twice() -> None:
    counted = Counter(written())
    assert [text for text, count in counted.items() if count > 1] == []


def test_everybody_of_the_cast_speaks_and_shares_a_name_with_nobody() -> None:
    everybody = stories().characters
    speaking = {one.key for place in Place for one in (*cast(place), *guests(place))}
    assert set(everybody) - speaking == set()
    drawn = {last for language in LANGUAGES for last in names().last[language]}
    assert {one.name.rsplit(" ", 1)[-1] for one in everybody.values()} & drawn == set()
    assert {one.language for one in everybody.values()} <= TAGS


def test_all_sites_and_addresses_are_examples() -> None:
    phrases = [fill(one, dict.fromkeys(books()[language].words, "x") | {"order": "1"}) for language in LANGUAGES
               for one in templates(language)]  # fmt: skip
    found = {site for text in (*written(), *phrases) for site in SITE.findall(text.lower())}
    assert {site for site in found if not site.endswith(".example")} == set()


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("place", Place)
def test_the_stories_fit_into_the_community_at_any_hour(place: Place, hour: int) -> None:
    one = World(1, place, Size.SMALL, NOW + hour * HOUR)
    shape = shape_of(place, Size.SMALL)
    assert one.cast < shape.members
    for part in one.stage.parts.values():
        assert len(part.said) <= shape.messages
        assert len(part.posts) <= shape.posts


def test_the_newest_days_are_told_by_hand() -> None:
    recent: Counter[bool] = Counter()
    for place in Place:
        one = World(1, place, Size.SMALL, NOW)
        block = one.block(one.shape.blocks - 1)
        written_ids = {name for cue in one.stage.cues for name in cue.ids}
        keys = {
            said.keys[0]: said.id in written_ids for said in block.said if said.at > NOW - FRESH_DAYS * DAY * 9 // 10
        }
        recent.update(keys.values())
    assert recent[True] >= 55
    assert recent[False] <= 6


def newcomers() -> set[str]:
    """Who is seen for the first time in the newest days, on any channel."""
    before = {line.who for scene in stories().scenes for line in scene.lines if line.ago > FRESH_DAYS * DAY}
    seen = {line.who for scene in stories().scenes for line in scene.lines}
    return {who for who in seen - before if who != WE and not who.startswith("spam")}


def test_there_is_enough_to_welcome_to_clean_and_to_promise() -> None:
    assert 20 <= len(newcomers()) <= 30
    assert newcomers().isdisjoint({"livia", "jonas", "maya", "ben", "giulia", "dario", "beatrice", "priya", "agata"})
    assert sum(scene.lines[0].who.startswith("spam") for scene in stories().scenes if scene.lines) >= 12
    assert any("get back to you" in line.text for scene in stories().scenes for line in scene.lines if line.who == WE)


def test_regulars_are_met_at_several_places() -> None:
    met = Counter(one.key for place in Place for one in cast(place))
    assert {who for who, count in met.items() if count >= 3} >= {"livia", "jonas", "beatrice", "tomas", "priya"} - {
        "priya"
    }
    assert person(Place.COMMENTS, 0, 0).name == cast(Place.COMMENTS)[0].name


def test_a_file_of_a_story_is_a_small_picture() -> None:
    drawn = {line.file for scene in stories().scenes for line in scene.lines if line.file.endswith(".png")}
    assert drawn
    for name in drawn:
        data = file_of(name)
        assert data.startswith(b"\x89PNG")
        assert len(data) < 40_000


def templates(language: str) -> Iterator[Template]:
    """All phrases of a language."""
    book = books()[language]
    yield from (one for phrases in book.phrases.values() for one in phrases)
    for place in Place:
        for exchange in book.exchanges[place]:
            yield from (exchange.subject, *exchange.lines)
        for theme in book.themes[place]:
            yield from (theme.title, theme.text, *theme.peers)
            yield from (line for exchange in theme.exchanges for line in exchange.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_said_and_leaves_no_slot(language: str) -> None:
    words = draw_words(language, dice_of("said", language))
    for template in templates(language):
        text = fill(template, words, "Anna")
        assert not set("{}") & set(text)
        assert text == text.strip()


def test_both_languages_have_the_same_themes_and_intents() -> None:
    en, it = books()["en"], books()["it"]
    assert en.phrases.keys() == it.phrases.keys()
    assert en.words.keys() == it.words.keys()
    for place in Place:
        assert len(en.themes[place]) == len(it.themes[place])
        assert {theme.key.removesuffix("-en") for theme in en.themes[place]} == {
            theme.key.removesuffix("-it") for theme in it.themes[place]
        }


@pytest.mark.parametrize("text", ["", "3", "d", "2d3h", "1w", "-1d", "1.5h"])
def test_a_wrong_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        duration(text)


def test_a_duration_is_read() -> None:
    assert duration("2d 3h 5m") == 2 * DAY + 3 * HOUR + 300_000


def test_every_drawn_picture_is_somebodys_and_leads_to_a_file() -> None:
    folder = files("resources") / "pictures"
    posts = {post.key for post in stories().posts}
    for kind, known in (("faces", {*stories().characters, "melagrana"}), ("posts", posts)):
        there = {path.name.removesuffix(".png") for path in (folder / kind).iterdir()}
        assert there <= known
        assert all(drawn(kind, name) == f"bundled:{kind}/{name}" for name in there)
    assert drawn("faces", "nobody") == ""
    maya = next(number for number, one in enumerate(cast(Place.COMMENTS)) if one.key == "maya")
    who = person(Place.COMMENTS, 0, maya)
    assert author(Place.COMMENTS, who, maya).avatar_url == "bundled:faces/maya"
    assert author(Place.MAIL, who, maya).avatar_url == ""


def test_whoever_is_known_speaks_where_it_is_said() -> None:
    known = acquaintances()
    fields = {name for name, _type, _key in known.fields}
    speakers = {author(place, person(place, 0, n), n) for place in Place for n in range(len(cast(place)))}
    assert {one.author for one in known.people} <= speakers
    assert all(set(one.fields) <= fields for one in known.people)
    assert all(one.notes and 0 <= one.pinned <= len(one.notes) for one in known.people)
    promised = [promise for one in known.people for promise in one.promises]
    assert len(promised) == len({promise.text for promise in promised}) >= 3
    assert any(promise.rule for promise in promised)
    assert all(promise.days > 0 for promise in promised), "nothing is late on the first day"
