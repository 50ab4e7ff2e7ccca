"""Posts: stored as they were told, or by their remote id alone when a message names one that we did not see yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from inbox_app.contract.remote import RemotePost
from inbox_app.domain.ids import PostId, new_id
from inbox_app.domain.titles import snippet_of
from inbox_app.ingest import edge
from inbox_app.ingest.people import People
from inbox_app.storage import posts
from inbox_app.storage.posts import StoredPost
from inbox_app.storage.sources import Source
from inbox_app.storage.transaction import Tx


class Posts:
    """The posts of one batch, by remote id."""

    def __init__(self, tx: Tx, source: Source, people: People) -> None:
        self._tx = tx
        self._source = source
        self._people = people
        self._known: dict[str, StoredPost] = {}

    def __getitem__(self, remote_id: str) -> StoredPost:
        return self._known[remote_id]

    def need(self, remote_ids: Iterable[str]) -> None:
        """Know these posts from now on, as stubs where nothing is known of them."""
        missing = {one for one in remote_ids if one not in self._known}
        self._load(missing)
        stubs = [self._stub(one) for one in sorted(missing) if one not in self._known]
        posts.add_posts(self._tx, stubs)
        self._known.update((one.remote_id, one) for one in stubs)

    def take(self, seen: Sequence[RemotePost]) -> None:
        """Store posts as they look now."""
        latest = {edge.clean_key(one.remote_id): one for one in seen}
        self._load(latest)
        self._people.meet((one.author, False) for one in latest.values() if one.author is not None)
        now = {remote_id: self._as_told(remote_id, told) for remote_id, told in latest.items()}
        posts.add_posts(self._tx, [one for name, one in now.items() if name not in self._known])
        changed = [one for name, one in now.items() if name in self._known and one != self._known[name]]
        posts.change_posts(self._tx, changed)
        posts.title_conversations(self._tx, {one.id: title_of(one) for one in changed if title_of(one)})
        self._known.update(now)

    def _load(self, missing: Iterable[str]) -> None:
        self._known.update(posts.posts(self._tx.conn, self._source.account, set(missing)))

    def _stub(self, remote_id: str) -> StoredPost:
        return StoredPost(PostId(new_id()), self._source.account, remote_id)

    def _as_told(self, remote_id: str, told: RemotePost) -> StoredPost:
        old = self._known.get(remote_id) or self._stub(remote_id)
        if told.deleted and not told.text:
            return replace(old, deleted_at=old.deleted_at or self._tx.now)  # what it said stays readable
        author = self._people[edge.clean_key(told.author.remote_id)].id if told.author else old.author
        return replace(
            old,
            title=edge.clean(told.title),
            text=edge.clean(told.text, edge.TEXT),
            url=edge.clean_url(told.url),
            picture_url=edge.clean_url(told.picture_url),
            author=author,
            published_at=edge.moment(told.published_at),
            deleted_at=(old.deleted_at or self._tx.now) if told.deleted else None,
            comment_count=_either(told.comment_count, old.comment_count),
            reaction_count=_either(told.reaction_count, old.reaction_count),
            poll=None if told.poll is None else edge.to_json(told.poll.to_json()),
        )


def _either(now: int | None, before: int | None) -> int | None:
    return before if now is None else edge.number(now)


def title_of(post: StoredPost) -> str:
    """What a conversation under the post is called: its title, or how it begins."""
    return post.title or snippet_of(post.text)
