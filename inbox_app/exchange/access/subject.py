"""History as one member may see it: their own words, ours to them, and others' words only where that was decided.

Names, addresses, subjects and posts of other people are words of theirs too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import BinaryIO

from inbox_app.domain.ids import HandleId, MemberId
from inbox_app.domain.inbox import AuthorRow, PostRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.people import Card
from inbox_app.domain.selection import Selection
from inbox_app.domain.words import Direction
from inbox_app.i18n import _
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.threads import Conversation, Said
from inbox_app.storage.ledger import LedgerLine

Hear = Callable[[Conversation], Iterator[Said]]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided about the words that are not the member's own.

    Without `notes` the team's notes and reminders are withheld, for `reason`; with `redact` other people's words, names
    and files are left out.
    """

    notes: bool = False
    reason: str = ""
    redact: bool = False


class Subject:
    """A source of a book: what of a history one member may see."""

    def __init__(self, history: History, card: Card, decided: Decisions) -> None:
        self._history = history
        self._card = card
        self._decided = decided
        self._handles = {one.id for one in card.handles}
        self._hear: Hear = Conversation.messages
        ours = (str(one.get(key) or "") for one in history.records("accounts") for key in ("name", "handle"))
        # Who has no name is nobody known.
        self._names = {card.name, *(name for one in card.handles for name in (one.handle, one.name))} - {""}
        self._ours = {*ours} - {""}

    @property
    def chosen(self) -> Selection:
        """What was asked for."""
        return self._history.chosen

    def workspace(self) -> str:
        """The workspace's name."""
        return self._history.workspace()

    def ledger(self) -> tuple[LedgerLine, ...]:
        """What is known to be missing."""
        return self._history.ledger()

    def records(self, name: str) -> Iterator[JsonObject]:
        """What it rests on."""
        return self._history.records(name)

    def open(self, digest: str) -> BinaryIO | None:
        """A file."""
        return self._history.open(digest)

    def chronicle(self) -> Iterator[Conversation]:
        """The conversations, without notes on anybody else; their messages can be asked for once."""
        for told in self._history.chronicle():
            notes = tuple(one for one in told.notes if one.member in (None, self._card.id))
            seen = self._seen(replace(told, notes=notes))
            yield replace(seen, read=partial(self._hear, seen))

    def heard_by(self, hear: Hear) -> None:
        """Let somebody hear every message that is read."""
        self._hear = hear

    def is_theirs(self, author: HandleId) -> bool:
        """Whether the member wrote it."""
        return author in self._handles

    def _seen(self, told: Conversation) -> Conversation:
        if not self._decided.redact:
            return told
        messages = told.messages()
        first = next(messages, None)
        title = told.row.title if first is None or self._may_see(first) else ""
        row = replace(told.row, title=title, post_title="", members=(self._card.name,), snippet="")
        post = told.post and self._post(told.post)
        read = messages if first is None else chain([first], messages)
        return replace(told, row=row, post=post, read=lambda: map(self._message, read))

    def _may_see(self, said: Said) -> bool:
        return said.row.direction is Direction.OUTGOING or self.is_theirs(said.row.author.handle_id)

    def _post(self, post: PostRow) -> PostRow:
        if post.author in self._ours or post.author in self._names:
            return post
        return replace(post, title=_("A post of another person"), text="", author=_("Another person"), url="")

    def _message(self, said: Said) -> Said:
        row = said.row
        if self._may_see(said):
            known = self._names | self._ours
            to = tuple(one for one in row.recipients if one[1] in known)
            return replace(said, row=replace(row, recipients=to))
        nobody = AuthorRow(HandleId(""), "", _("Another person"), None)
        bare = replace(
            row,
            author=nobody,
            title="",
            text=_("[Words of another person: left out.]"),
            html=None,
            url="",
            remote_id=None,
            recipients=(),
            attachments=(),
        )
        return Said(bare, (), {}, None)


def chosen_for(member: MemberId, decided: Decisions) -> Selection:
    """What has to be read for a member."""
    return Selection(member=member, notes=decided.notes)
