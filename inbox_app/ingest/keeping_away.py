"""Who was erased stays away: what they wrote up to that moment, and what was written to them alone, is passed over.

Who writes again afterwards is somebody new: nothing that is said to us is lost silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inbox_app.contract.remote import Event, MessageSeen, PostSeen, RemoteMessage, RemotePost
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Direction
from inbox_app.ingest import edge
from inbox_app.storage import suppression
from inbox_app.storage.sources import Source
from inbox_app.storage.suppression import Name, thread_of, words_of
from inbox_app.storage.transaction import Reading


def keep_away(conn: Reading, source: Source, events: Sequence[Event]) -> Sequence[Event]:
    """The events without what belongs to erased people; nearly always all of them."""
    if suppression.is_empty(conn):
        return events
    names = {name for event in events for name in _names(source.channel, event)}
    erased = suppression.suppressed(conn, names)
    if not erased:
        return events
    kept = (_kept(source.channel, event, erased) for event in events)
    return [_reworded(conn, source, event, erased) for event in kept if event is not None]


def _names(channel: str, event: Event) -> Iterator[Name]:
    match event:
        case MessageSeen(message=said):
            yield _author(channel, said)
            yield from (_called(channel, one.handle) for one in said.recipients)
            yield words_of(channel, edge.clean_key(said.remote_id))
            yield from (thread_of(channel, said.kind, edge.clean_key(key)) for key in said.keys)
        case PostSeen(post=RemotePost(author=author)) if author is not None:
            yield channel, edge.clean_key(author.remote_id)
        case _:
            return


def _kept(channel: str, event: Event, erased: dict[Name, int]) -> Event | None:
    if isinstance(event, PostSeen):
        author = event.post.author
        at = None if author is None else erased.get((channel, edge.clean_key(author.remote_id)))
        return None if at is not None and to_ms(event.post.published_at) <= at else event
    if not isinstance(event, MessageSeen):
        return event
    said = event.message
    about = {name: at for name in _names(channel, event) if to_ms(said.sent_at) <= (at := erased.get(name, -1))}
    about.pop(words_of(channel, edge.clean_key(said.remote_id)), None)
    if not about:
        return event
    if _author(channel, said) in about or _is_in_their_thread(channel, said, about):
        return None
    others = tuple(one for one in said.recipients if _called(channel, one.handle) not in about)
    if said.direction is Direction.OUTGOING and not others:
        return None
    return MessageSeen(replace(said, recipients=others, raw=None))


def _reworded(conn: Reading, source: Source, event: Event, erased: dict[Name, int]) -> Event:
    """What others said about them was changed here: it is not told again as it was, unless it was edited since."""
    if not isinstance(event, MessageSeen):
        return event
    said, remote_id = event.message, edge.clean_key(event.message.remote_id)
    at = erased.get(words_of(source.channel, remote_id), -1)
    if to_ms(said.edited_at or said.sent_at) > at:
        return event
    words = suppression.words_here(conn, source.account, remote_id)
    if words is None:
        return event
    title, text = words
    # What is left out here stays as it was changed.
    marks = said.marks.wordless()
    return MessageSeen(
        replace(said, title=title, text=text, html=None, raw=None, recipients=(), extra=None, marks=marks)
    )


def _is_in_their_thread(channel: str, said: RemoteMessage, about: dict[Name, int]) -> bool:
    return any(thread_of(channel, said.kind, edge.clean_key(key)) in about for key in said.keys)


def _author(channel: str, said: RemoteMessage) -> Name:
    return channel, edge.clean_key(said.author.remote_id)


def _called(channel: str, handle: str) -> Name:
    return channel, edge.clean(handle, edge.NAME).lower()
