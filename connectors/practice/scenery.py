"""The hand-written scenes put into the newest block of a place."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.practice.phrases import Scene, SceneLine, Scenes
from connectors.practice.places import Place
from connectors.practice.said import LETTER, WORLD, Published, Said, message_id
from connectors.practice.timeline import Timeline

_MINUTE = 60_000
STARS = "★★★★★☆☆☆☆☆"


@dataclass(frozen=True, slots=True)
class Written:
    """What the scenes of a place say, in no order."""

    said: tuple[Said, ...]
    posts: tuple[Published, ...]


def play(place: Place, written: Scenes, timeline: Timeline, end: int, end_of_posts: int) -> Written:
    """All scenes of a place; they take the last numbers before `end` (messages) and `end_of_posts`."""
    number = end - sum(len(scene.lines) for scene in written.scenes)
    posts = place in (Place.COMMENTS, Place.FORUM)
    said: list[Said] = []
    published: list[Published] = []
    for turn, scene in enumerate(written.scenes):
        post = _post(place, scene, timeline, end_of_posts - len(written.scenes) + turn) if posts else None
        said += _lines(place, scene, timeline, number, post)
        number += len(scene.lines)
        published += [post] if post else []
    return Written(tuple(said), tuple(published))


def _post(place: Place, scene: Scene, timeline: Timeline, number: int) -> Published:
    at = _at(timeline, scene.post_minutes, 0)
    author = scene.lines[0].member if place is Place.FORUM else None
    reactions = scene.reactions or None
    return Published(f"{LETTER[place]}p{number}", author, at, scene.post_title, scene.post_text, None, reactions)


def _at(timeline: Timeline, minutes: int, turn: int) -> int:
    """So many minutes ago, but within the newest block, which is short in a large community."""
    return max(timeline.anchor - minutes * _MINUTE, timeline.begin(timeline.blocks - 1) + turn * 1000)


def _lines(place: Place, scene: Scene, timeline: Timeline, first: int, post: Published | None) -> list[Said]:
    ids = [message_id(place, WORLD, str(first + turn)) for turn in range(len(scene.lines))]
    return [_line(place, scene, timeline, ids, turn, line, post) for turn, line in enumerate(scene.lines)]


def _line(
    place: Place, scene: Scene, timeline: Timeline, ids: list[str], turn: int, line: SceneLine, post: Published | None
) -> Said:
    stars = f"{STARS[5 - scene.stars : 10 - scene.stars]} " if scene.stars and turn == 0 else ""
    return Said(
        id=ids[turn],
        member=line.member,
        at=_at(timeline, line.minutes, turn + 1),
        text=stars + line.text,
        keys=_keys(place, ids, turn, post),
        parent=None if line.to is None else ids[line.to],
        post=post.id if post else None,
        title=f"Re: {scene.subject}" if place is Place.MAIL and turn else scene.subject,
        likes=line.likes,
        files=(line.file,) if line.file else (),
        closed=scene.closed,
    )


def _keys(place: Place, ids: list[str], turn: int, post: Published | None) -> tuple[str, ...]:
    match place:
        case Place.MAIL:
            return tuple(ids[: turn + 1])
        case Place.FORUM if post is not None:
            return (post.id,)
        case Place.DIRECT:
            return (f"{LETTER[place]}chat-{ids[0]}",)
        case _:
            return (ids[0],)
