"""From the JSON of Instagram's and Facebook's downloads to messages. Pure.

Both write each byte of UTF-8 as if it were a letter of its own ("Ã¨" for "è"); `mend` takes that back. Neither gives
ids: a person is known by the name alone, which is why those who left, who all bear one name, are one per conversation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from connectors.shared.downloads.names import Names
from connectors.shared.fields import ServiceFields
from inbox_app.content.names import safe_name
from inbox_app.contract.remote import Event, MessageSeen, ReactionsSeen, RemoteAttachment, RemoteAuthor, RemoteMessage
from inbox_app.domain.words import Direction, Kind

_FILES: Final = {
    "photos": "image/jpeg", "videos": "video/mp4", "audio_files": "audio/mp4", "gifs": "image/gif",
    "files": "application/octet-stream",
}  # fmt: skip
_NAMELESS: Final = frozenset(
    {"", "facebook user", "instagram user", "instagrammer", "utente facebook", "utente di facebook", "utente instagram",
     "utente di instagram"}
)  # fmt: skip


def mend(text: str) -> str:
    """The text as it was written; what was not broken stays as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def author(name: str, place: str) -> RemoteAuthor:
    """Whoever bears this name; in this place only, where many bear it."""
    known = name.strip().lower()
    remote_id = f"{known}@{place}" if known in _NAMELESS else known
    return RemoteAuthor(remote_id, name or "?", name)


def moment(value: object, per_second: int = 1) -> datetime:
    """A moment from a number.

    Raises:
        ValueError: there is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no time")  # noqa: TRY004 - a message is damaged, not the program
    try:
        return datetime.fromtimestamp(value / per_second, UTC)
    except OverflowError as far:
        raise ValueError("no time") from far


def message(
    said: ServiceFields, thread: str, title: str, people: int, names: Names, own: frozenset[str]
) -> list[Event]:
    """One message of a thread, and what people felt about it.

    Raises:
        ValueError: it has no time.
    """
    sender, text = mend(said.text("sender_name")), _text(said)
    files = _attachments(said)
    milliseconds = said.values.get("timestamp_ms")
    known = author(sender, thread)
    remote_id = names.name(str(milliseconds), sender, text, *(one.remote_id.rpartition("/")[2] for one in files))
    seen = RemoteMessage(
        remote_id=remote_id,
        kind=Kind.DIRECT if people <= 2 else Kind.ROOM,
        keys=(thread,),
        author=known,
        direction=Direction.OUTGOING if sender.lower() in own else Direction.INCOMING,
        sent_at=moment(milliseconds, 1000),
        text=text,
        title=title if people > 2 else "",
        attachments=files,
        history=True,
    )
    return [MessageSeen(seen), *_reactions(said, remote_id, own)]


def comment(said: ServiceFields, own_name: str, names: Names, own: frozenset[str]) -> Event:
    """One comment or post of a group, of which the download holds what its owner wrote.

    Raises:
        ValueError: it has no time or no words.
    """
    writer = mend(said.text("author")) or own_name
    text, group = mend(said.text("comment") or said.text("post")), mend(said.text("group"))
    if not text:
        raise ValueError("no words")
    seconds = said.values.get("timestamp")
    remote_id = names.name(str(seconds), writer, group, text)
    ours = not writer or writer.lower() in own
    return MessageSeen(
        RemoteMessage(
            remote_id=remote_id,
            kind=Kind.COMMENTS,
            keys=(remote_id,),
            author=author(writer, "own"),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=moment(seconds),
            text=text,
            title=group or mend(said.text("title")),
            history=True,
        )
    )


def _text(said: ServiceFields) -> str:
    """The words, and the link where something was shared."""
    share = said.inner("share")
    parts = [mend(said.text("content")), mend(share.text("share_text")), share.text("link")]
    kept = [one for place, one in enumerate(parts) if one and one not in "".join(parts[:place])]
    return "\n".join(kept)


def _attachments(said: ServiceFields) -> tuple[RemoteAttachment, ...]:
    found = [(one, usual) for name, usual in _FILES.items() for one in said.each(name)]
    if "sticker" in said:
        found.append((said.inner("sticker"), "image/png"))
    local = [(mend(one.text("uri")), usual) for one, usual in found if not one.text("uri").startswith("http")]
    return tuple(RemoteAttachment(uri, safe_name(uri), usual) for uri, usual in local if uri)


def _reactions(said: ServiceFields, remote_id: str, own: frozenset[str]) -> list[Event]:
    counts: dict[str, int] = {}
    ours = set()
    for one in said.each("reactions"):
        sign = mend(one.text("reaction"))
        if sign:
            counts[sign] = counts.get(sign, 0) + 1
            if mend(one.text("actor")).lower() in own:
                ours.add(sign)
    return [ReactionsSeen(remote_id, tuple(counts.items()), frozenset(ours))] if counts else []
