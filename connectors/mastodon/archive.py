"""The archive that a Mastodon server makes of an account: `outbox.json` and `actor.json`, unpacked or as a ZIP.

https://docs.joinmastodon.org/user/moving/#export. It holds what its owner published and nobody else's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, ClassVar, Final

from connectors.shared.downloads.pieces import items, read_whole
from connectors.shared.downloads.reading import Telling, Told
from connectors.shared.fields import ServiceFields
from inbox_app.content.names import safe_name
from inbox_app.contract.archive import Skipped
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.remote import MessageSeen, RemoteAttachment, RemoteAuthor, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.words import Direction, Kind

_ITEMS: Final = frozenset({"orderedItems.item"})
_PUBLIC: Final = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})


class Outbox(Telling):
    """Everything that one account wrote."""

    what: ClassVar[str] = "Mastodon"

    def sources(self) -> tuple[str, ...]:
        """The one file of what was published."""
        return tuple(name for name in self.tree.sizes if name.rpartition("/")[2] == "outbox.json")[:1]

    def owners(self) -> frozenset[str]:
        """The account itself."""
        return frozenset({self._actor().handle.lower()}) - {""}

    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """Each status; boosts say nothing of their own."""
        actor = self._actor()
        for number, (_prefix, activity) in enumerate(items(file, _ITEMS, frozenset()), start=1):
            note = activity.inner("object")
            if activity.text("type") != "Create" or not note.text("id"):
                yield Skipped(f"{source}:{number}", _("It is a boost, not a text of its own."))
                continue
            try:
                yield MessageSeen(_message(note, actor))
            except ValueError:
                yield Skipped(f"{source}:{number}", _("It has no time."))

    def _actor(self) -> RemoteAuthor:
        """Whose archive it is, as far as it says so."""
        for name in (one for one in self.tree.sizes if one.rpartition("/")[2] == "actor.json"):
            try:
                with self.tree.open(name) as file:
                    said = ServiceFields.of(read_whole(file))
            except (ValueError, BadAnswer):
                continue
            known, host = said.text("preferredUsername"), said.text("id").partition("://")[2].partition("/")[0]
            return RemoteAuthor(said.text("id") or known, f"{known}@{host}" if host else known, said.text("name"))
        return RemoteAuthor("owner", "", _("The owner of the archive"))


def _message(note: ServiceFields, actor: RemoteAuthor) -> RemoteMessage:
    """A status of our own. What it answers is somebody else's and not in the archive, but names the conversation.

    Raises:
        ValueError: it has no time.
    """
    name, above = note.text("id"), note.text("inReplyTo")
    addressed = {*note.texts("to"), *note.texts("cc")}
    followers = any(one.endswith("/followers") for one in addressed)
    is_direct = not addressed & _PUBLIC and not followers
    return RemoteMessage(
        remote_id=name,
        kind=Kind.DIRECT if is_direct else Kind.MENTION,
        keys=(note.text("conversation") or above or name,) if is_direct else (name, above) if above else (name,),
        author=actor,
        direction=Direction.OUTGOING,
        sent_at=_moment(note.text("published")),
        text="",
        html=note.text("content"),
        parent=above or None,
        title=note.text("summary"),
        edited_at=_moment(note.text("updated")) if note.text("updated") else None,
        attachments=tuple(_attachments(note)),
        url=note.text("url"),
        history=True,
    )


def _attachments(note: ServiceFields) -> Iterator[RemoteAttachment]:
    for one in note.each("attachment"):
        if place := one.text("url"):
            usual = one.text("mediaType") or "application/octet-stream"
            yield RemoteAttachment(place, safe_name(place), usual, description=one.text("name"))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
