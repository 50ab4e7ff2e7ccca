"""Posts as they arrive: what our accounts published, and the containers under which comments hang."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, bindparam, select, update

from inbox_app.domain.ids import AccountId, HandleId, PostId
from inbox_app.storage.bulk import any_of, insert_rows
from inbox_app.storage.schema import conversation, post
from inbox_app.storage.transaction import Tx


@dataclass(slots=True)
class StoredPost:
    """A row of table `post`. One that a message named before we saw it has only its remote id."""

    id: PostId
    account: AccountId
    remote_id: str
    title: str = ""
    text: str = ""
    url: str = ""
    picture_url: str = ""
    author: HandleId | None = None
    published_at: int = 0
    deleted_at: int | None = None
    comment_count: int | None = None
    reaction_count: int | None = None
    poll: str | None = None


_NAMES = tuple(part.name for part in fields(StoredPost))
_CHANGING = _NAMES[3:]
_SELECT = select(*(post.c[name] for name in _NAMES)).where(
    post.c.account == bindparam("account"), any_of(post.c.remote_id)
)


def posts(conn: Connection, account: AccountId, remote_ids: Collection[str]) -> dict[str, StoredPost]:
    """The stored posts among these remote ids."""
    if not remote_ids:
        return {}
    rows = conn.execute(_SELECT, {"account": account, "wanted": remote_ids})
    return {row[2]: StoredPost(*row) for row in rows}


def add_posts(tx: Tx, new: Sequence[StoredPost]) -> None:
    """Insert posts."""
    insert_rows(tx.conn, post, [{name: getattr(one, name) for name in _NAMES} for one in new])
    tx.posts.update(one.id for one in new)


_UPDATE = (
    update(post)
    .where(post.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}", type_=post.c[name].type) for name in _CHANGING})
)


def change_posts(tx: Tx, changed: Sequence[StoredPost]) -> None:
    """Store posts that look different now."""
    if changed:
        tx.conn.execute(
            _UPDATE, [{"of": one.id} | {f"new_{name}": getattr(one, name) for name in _CHANGING} for one in changed]
        )
        tx.posts.update(one.id for one in changed)


def title_conversations(tx: Tx, titles: Mapping[PostId, str]) -> None:
    """Conversations under a post bear its title, unless the service named them."""
    if not titles:
        return
    wanted = conversation.c.post.in_(titles), conversation.c.titled.is_(False), conversation.c.merged_into.is_(None)
    rows = tx.conn.execute(select(conversation.c.id, conversation.c.post, conversation.c.title).where(*wanted))
    changed = [{"of": row.id, "new": titles[row.post]} for row in rows if row.title != titles[row.post]]
    if changed:
        tx.conn.execute(_RETITLE, changed)
        tx.conversations.update(one["of"] for one in changed)


_RETITLE = update(conversation).where(conversation.c.id == bindparam("of")).values(title=bindparam("new"))
