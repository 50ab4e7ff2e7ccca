"""Private conversations, which a service of its own keeps; the account's server passes on to it.

https://docs.bsky.app/docs/api/chat-bsky-convo-get-log
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.bluesky import wire
from connectors.bluesky.abilities import of_chat
from connectors.bluesky.client import Client, Params
from connectors.bluesky.facets import as_html
from connectors.bluesky.fields import Fields
from connectors.bluesky.telling import author_of
from connectors.bluesky.wire import Facet, Person
from connectors.shared.fields import lacks
from inbox_app.content.parsed import Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    MessageSeen,
    ReactionsSeen,
    ReadElsewhere,
    RemoteMessage,
)
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import Direction, Kind

PREFIX: Final = "chat:"
_LOG_PAGES: Final = 10
_CONVOS_REMEMBERED: Final = 1000
_MESSAGE: Final = "chat.bsky.convo.defs#messageView"
_REACTED: Final = ("logAddReaction", "logRemoveReaction")


@dataclass(frozen=True, slots=True)
class Convo:
    """A private conversation."""

    id: str
    members: dict[str, Person]
    locked: bool
    last: datetime | None = None
    """When somebody last spoke in it."""

    def title(self, me: str) -> str:
        """Who else takes part."""
        return ", ".join(one.name or one.handle for did, one in self.members.items() if did != me)


@dataclass(frozen=True, slots=True)
class Line:
    """A message of a conversation."""

    id: str
    sender: str
    at: datetime
    text: str
    facets: tuple[Facet, ...]
    reactions: tuple[tuple[str, str], ...]
    """Emoji and the DID of who reacted."""


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of one conversation, newest first."""

    lines: tuple[Line, ...]
    cursor: str


def read_line(said: Fields) -> Line:
    """A message, as `chat.bsky.convo.defs#messageView` has it."""
    reactions = [(one.text("value"), one.inner("sender").text("did")) for one in said.each("reactions")]
    return Line(
        said.need_text("id"),
        said.inner("sender").need_text("did"),
        said.need_moment("sentAt"),
        said.text("text"),
        tuple(wire.facets(said)),
        tuple(reactions),
    )


def is_message(said: Fields) -> bool:
    """A deleted one, or a note of the service, is none."""
    return said.type in ("", _MESSAGE) and "text" in said


def id_of(convo: str, message: str) -> str:
    """The remote id of a message."""
    return f"{PREFIX}{convo}/{message}"


def read_id(remote_id: str) -> tuple[str, str]:
    """The conversation and the message of a remote id.

    Raises:
        Rejected: it is of no private message.
    """
    convo, _slash, message = remote_id.removeprefix(PREFIX).partition("/")
    if not remote_id.startswith(PREFIX) or not convo or not message:
        raise Rejected(_("This names no message."))
    return convo, message


class Chats:
    """The private conversations of one account; `service` is whom the server passes on to."""

    def __init__(self, client: Client, me: str, service: str, content: Worker) -> None:
        self._client = client
        self._me = me
        self._service = service
        self._content = content
        self._convos: dict[str, Convo] = {}
        self.refused = ""
        """Why there are no private messages, where the sign-in may not see them."""

    async def begin(self) -> str:
        """The place in the log from which everything is news; empty where we may not see it."""
        if self.refused:
            return ""
        try:
            return Fields.of(await self._get("getLog", {})).text("cursor")
        except Rejected as refused:
            self.refused = str(refused)
            return ""

    async def news(self, cursor: str, began: datetime) -> tuple[list[Event], str, bool]:
        """What happened since that place, the place after it, and whether there is more."""
        events: list[Event] = []
        for _number in range(_LOG_PAGES):
            said = Fields.of(await self._get("getLog", {"cursor": cursor}))
            entries = [Fields.of(one) for one in said.need_list("logs")]
            for entry in entries:
                events += await self._entry(entry, began)
            after = said.text("cursor") or cursor
            if not entries or after == cursor:
                return events, after, False
            cursor = after
        return events, cursor, True

    async def convos(self, place: str, limit: int) -> tuple[list[Convo], str]:
        """A page of conversations, those with the newest messages first."""
        params: Params = {"limit": limit, **({"cursor": place} if place else {})}
        said = Fields.of(await self._get("listConvos", params))
        found = [self._learn(Fields.of(one)) for one in said.need_list("convos")]
        return found, said.text("cursor")

    async def lines(self, convo: str, place: str, limit: int) -> Page:
        """A page of one conversation."""
        params: Params = {"convoId": convo, "limit": limit, **({"cursor": place} if place else {})}
        said = Fields.of(await self._get("getMessages", params))
        found = [Fields.of(one) for one in said.need_list("messages")]
        return Page(tuple(read_line(one) for one in found if is_message(one)), said.text("cursor"))

    async def tell(self, convo: Convo, lines: Iterable[Line], began: datetime, *, history: bool) -> list[Event]:
        """Messages, oldest first, with what was reacted to them and who takes part."""
        said: list[Event] = []
        reactions: list[Event] = []
        for line in sorted(lines, key=lambda one: (one.at, one.id)):
            said.append(MessageSeen(await self._message(convo, line, began, history=history)))
            if line.reactions:
                reactions.append(self._reactions(convo.id, line))
        facts = [ConversationSeen(Kind.DIRECT, (f"{PREFIX}{convo.id}",), title=convo.title(self._me))] if said else []
        return [*said, *reactions, *facts]

    async def open(self, dids: list[str]) -> str:
        """The conversation with these people, begun where there is none."""
        said = Fields.of(await self._get("getConvoForMembers", {"members": dids}))
        return self._learn(said.inner("convo")).id

    async def post(self, method: str, body: JsonObject) -> JsonValue:
        """Do something."""
        return await self._client.post(f"chat.bsky.convo.{method}", body, proxy=self._service)

    async def _get(self, method: str, params: Params) -> JsonValue:
        return await self._client.get(f"chat.bsky.convo.{method}", params, proxy=self._service)

    async def _entry(self, entry: Fields, began: datetime) -> list[Event]:
        name, convo = entry.type.rpartition("#")[2], entry.text("convoId")
        message = entry.inner("message")
        if name == "logCreateMessage" and is_message(message):
            line = read_line(message)
            return await self.tell(await self._convo_of(convo, line), [line], began, history=False)
        if name == "logDeleteMessage" and convo:
            return [MessageGone(id_of(convo, message.need_text("id")))]
        if name in _REACTED and is_message(message):
            return [self._reactions(convo, read_line(message))]
        if name in ("logReadMessage", "logReadConvo") and message.text("id"):
            return [ReadElsewhere(id_of(convo, message.text("id")))]
        return []

    def _reactions(self, convo: str, line: Line) -> ReactionsSeen:
        counts: dict[str, int] = {}
        for value, _who in line.reactions:
            counts[value] = counts.get(value, 0) + 1
        ours = frozenset(value for value, who in line.reactions if who == self._me)
        return ReactionsSeen(id_of(convo, line.id), tuple(counts.items()), ours)

    async def _message(self, convo: Convo, line: Line, began: datetime, *, history: bool) -> RemoteMessage:
        ours = line.sender == self._me
        author = convo.members.get(line.sender) or Person(line.sender, line.sender)
        clean = await self._content.clean(as_html(line.text, line.facets)) if line.facets else None
        return RemoteMessage(
            remote_id=id_of(convo.id, line.id),
            kind=Kind.DIRECT,
            keys=(f"{PREFIX}{convo.id}",),
            author=author_of(author),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=line.at,
            text=line.text,
            html=None if clean is None or isinstance(clean, Unparsable) else clean.html or None,
            history=history and line.at < began,
            abilities=of_chat(author, ours=ours, locked=convo.locked),
            extra={"convo": convo.id, "did": line.sender},
        )

    async def convo(self, convo: str, sender: str = "") -> Convo:
        """Who takes part; asked for again where somebody speaks who was not there before."""
        known = self._convos.get(convo)
        if known is None or (sender and sender not in known.members):
            said = Fields.of(await self._get("getConvo", {"convoId": convo}))
            known = self._learn(said.inner("convo"))
        return known

    async def _convo_of(self, convo: str, line: Line) -> Convo:
        """Of a conversation that was left meanwhile, the log keeps what was said; nothing else can be asked of it."""
        try:
            return await self.convo(convo, line.sender)
        except Rejected:
            return Convo(convo, {}, locked=True)

    def _learn(self, said: Fields) -> Convo:
        members = [wire.person(one) for one in said.each("members")]
        kind = said.inner("kind")
        locked = kind.text("lockStatus") not in ("", "unlocked") or said.text("status") == "left"
        last = said.inner("lastMessage").moment("sentAt")
        convo = Convo(said.need_text("id"), {one.did: one for one in members}, locked, last)
        if not members:
            raise lacks("members")
        while len(self._convos) >= _CONVOS_REMEMBERED:
            self._convos.pop(next(iter(self._convos)))
        self._convos[convo.id] = convo
        return convo
