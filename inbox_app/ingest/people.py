"""Who wrote it: handles at first sight, the members behind them, and what is counted for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from inbox_app.contract.remote import RemoteAuthor, RemoteMessage
from inbox_app.domain.ids import HandleId, MemberId, new_id
from inbox_app.domain.recipients import REPLY_TO
from inbox_app.domain.titles import is_passed_on
from inbox_app.ingest import edge
from inbox_app.ingest.arrival import Arrival
from inbox_app.storage import people
from inbox_app.storage.holders import holders
from inbox_app.storage.people import Count, HandleRow, KnownHandle, MemberRow
from inbox_app.storage.sources import Source
from inbox_app.storage.transaction import Tx


class People:
    """The handles of one batch, by remote id."""

    def __init__(self, tx: Tx, source: Source) -> None:
        self._tx = tx
        self._source = source
        self._known: dict[str, KnownHandle] = {}
        self._holders: Mapping[str, Sequence[tuple[int, str]]] | None = None
        """Who had handles that changed hands, once somebody asks."""

    def __getitem__(self, remote_id: str) -> KnownHandle:
        return self._known[remote_id]

    def meet(self, authors: Iterable[tuple[RemoteAuthor, bool]]) -> None:
        """Know these authors from now on (author, whether it is us): add new ones, and their new names."""
        named = {edge.clean_key(author.remote_id): (author, ours) for author, ours in authors}
        missing = [one for one in named if one not in self._known]
        found = people.known_handles(self._tx.conn, self._source.channel, missing)
        self._known.update((one.remote_id, one) for one in found)
        self._change([(self._known[one], author) for one, (author, _) in named.items() if one in self._known])
        self._add({one: named[one] for one in missing if one not in self._known})

    def find_holders(self, arrived: Collection[Arrival]) -> None:
        """Give what was said before a handle changed hands to whom it belonged then."""
        if self._holders is None:
            self._holders = holders(self._tx.conn, self._source.channel)
        for one in arrived:
            held = (name for until, name in self._holders.get(one.author, ()) if one.at < until)
            one.author = next(held, one.author)
        former = {one.author for one in arrived if one.author not in self._known}
        found = people.known_handles(self._tx.conn, self._source.channel, former)
        self._known.update((one.remote_id, one) for one in found)

    def ask_nothing_of_us(self, arrived: Iterable[Arrival]) -> None:
        """What one of us says by a name of their own waits for nobody's answer.

        What bears the name of an account of ours waits: a form on our site, or a stranger, may have written it.
        """
        for one in arrived:
            one.of_us = one.asks and self._known[one.author].is_one_of_us and not _is_for_others(one.message)
            one.asks = one.asks and not one.of_us

    def _change(self, seen: list[tuple[KnownHandle, RemoteAuthor]]) -> None:
        pairs = [(old, _renamed(old, author)) for old, author in seen]
        changed = [(old, new) for old, new in pairs if old != new]
        if not changed:
            return
        people.change_handles(self._tx, [new for _, new in changed])
        names = [(new.member, old.name or old.handle, new.name or new.handle) for old, new in changed if new.member]
        people.rename_members(self._tx, [(one, old, new) for one, old, new in names if old != new])
        self._known.update((new.remote_id, new) for _, new in changed)

    def _add(self, named: dict[str, tuple[RemoteAuthor, bool]]) -> None:
        members: list[MemberRow] = []
        handles: list[HandleRow] = []
        for remote_id, (author, ours) in named.items():
            row = _handle(self._source, remote_id, author, ours)
            if not row["own"]:
                member = row["member"] = MemberId(new_id())
                members.append(_member(member, row))
            handles.append(row)
            self._known[remote_id] = KnownHandle(**{name: row[name] for name in KnownHandle.__slots__})  # type: ignore[literal-required]
        people.add_people(self._tx, members, handles)

    def count(self, arrived: Iterable[Arrival]) -> None:
        """Count new messages for those who wrote them; what is only context was not said to us."""
        counts: dict[MemberId, Count] = {}
        for one in arrived:
            member = self._known[one.author].member
            if member is None or one.message.context or one.is_ours:
                continue
            so_far = counts.setdefault(member, {"of": member, "first": one.at, "last": one.at, "more": 0})
            so_far["first"] = min(so_far["first"], one.at)
            so_far["last"] = max(so_far["last"], one.at)
            so_far["more"] += 1
        people.count_messages(self._tx, list(counts.values()))


def _is_for_others(message: RemoteMessage) -> bool:
    """Whether somebody else than who wrote it waits: a form on a site writes in our name, one of us forwards a mail."""
    return is_passed_on(message.title) or any(
        one.role == REPLY_TO and one.handle != message.author.handle for one in message.recipients
    )


def _handle(source: Source, remote_id: str, author: RemoteAuthor, ours: bool) -> HandleRow:
    handle = edge.clean(author.handle, edge.NAME) or edge.clean(remote_id, edge.NAME)
    return {
        "id": HandleId(new_id()),
        "channel": source.channel,
        "remote_id": remote_id,
        "handle": handle,
        "name": edge.clean(author.name, edge.NAME),
        "avatar_url": edge.clean_url(author.avatar_url),
        "profile_url": edge.clean_url(author.profile_url),
        "is_bot": author.is_bot,
        "member": None,
        "own": ours or remote_id.lower() in source.own or handle.lower() in source.own,
    }


def _member(one: MemberId, row: HandleRow) -> MemberRow:
    return {
        "id": one,
        "name": row["name"] or row["handle"],
        "first_seen": None,
        "last_seen": None,
        "message_count": 0,
    }


def _renamed(old: KnownHandle, author: RemoteAuthor) -> KnownHandle:
    """The handle with what the service says now; a name is never lost to an empty one."""
    now = (
        edge.clean(author.handle, edge.NAME) or old.handle,
        edge.clean(author.name, edge.NAME) or old.name,
        edge.clean_url(author.avatar_url) or old.avatar_url,
        edge.clean_url(author.profile_url) or old.profile_url,
        author.is_bot,
    )
    if now == (old.handle, old.name, old.avatar_url, old.profile_url, old.is_bot):
        return old
    handle, name, avatar, profile, is_bot = now
    return replace(old, handle=handle, name=name, avatar_url=avatar, profile_url=profile, is_bot=is_bot)
