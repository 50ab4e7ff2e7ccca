"""Questions to the full-text index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_app.domain.excerpt import Excerpt
from inbox_app.domain.ids import ColleagueId, ConversationId, MessageId
from inbox_app.domain.inbox import AuthorRow
from inbox_app.domain.search_query import FoundBy, SearchQuery, parse
from inbox_app.domain.timecode import from_ms, ms_of
from inbox_app.storage import messages as stored_messages
from inbox_app.storage import search
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading


@dataclass(frozen=True, slots=True)
class Hit:
    """One message that was found, with the words around what was looked for."""

    message: MessageId
    conversation: ConversationId
    excerpt: Excerpt
    sent_at: datetime
    author: AuthorRow | None = None
    """Who wrote it, where that was asked for and it was the message that was found."""
    by: FoundBy = FoundBy.MESSAGE
    """What holds the words: the message, or a note, a tag or a chosen name that belongs to its conversation."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest first. `older_than` leads to the next page; `total` is a floor where it is not exact."""

    hits: tuple[Hit, ...]
    older_than: MessageId | None
    total: int
    total_is_exact: bool
    misread: tuple[str, ...] = ()
    """What looked like a condition and was none, such as `is:opne`: it was looked for as words."""
    asked: SearchQuery | None = None
    """What was looked for in the end; with `weighed` it is how `begun` goes on."""
    weighed: search.Weighed = ()


async def messages(
    store: Store,
    me: ColleagueId,
    text: str,
    *,
    older_than: MessageId | None = None,
    limit: int = 50,
    exact: bool = False,
    with_authors: bool = False,
    begun: Found | None = None,
) -> Found:
    """Search as a person types it: words, “phrases”, parts of words, and operators such as `from:` and `is:`.

    `exact` counts everything, however common the word is; `with_authors` says who wrote each hit. `begun` is a page
    that was read before: what is read now goes on after it, both are returned, and nothing is counted anew.
    """
    query = parse(text, datetime.now().astimezone())
    asked = query if begun is None or begun.asked is None else begun.asked

    def work(conn: Reading) -> Found:
        older, weighed = (begun.older_than, begun.weighed) if begun else (older_than, ())
        page = search.search(conn, asked, me, older, limit, weighed)
        said = [hit.message for hit in page.hits if hit.by is FoundBy.MESSAGE]
        who = stored_messages.authors(conn, said) if with_authors else {}
        hits = (
            Hit(hit.message, hit.conversation, hit.excerpt, from_ms(ms_of(hit.message)), who.get(hit.message), hit.by)
            for hit in page.hits
        )
        if begun is not None:
            return replace(begun, hits=(*begun.hits, *hits), older_than=page.older_than)
        known = page.total if page.total is not None and (page.total.exact or not exact) else None
        total = known or search.count(conn, page.query, me, exact=exact)
        return Found(tuple(hits), page.older_than, total.count, total.exact, query.misread, page.query, page.weighed)

    return await store.read(work)
