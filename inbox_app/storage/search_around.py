"""Finding conversations by what is kept about them, at their newest message, in the very same search.

A message is found when it holds every word that is looked for; at the newest one of a conversation its notes, tags and
chosen names count as words too. What its own text holds is found there anyway and not told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.search_query import SearchQuery, Term
from inbox_app.storage import found_by
from inbox_app.storage.found_by import Place, Said

Among = Callable[[SearchQuery, Collection[MessageId]], set[MessageId]]
"""Which of some messages a search finds by their own text and the operators."""


@dataclass(frozen=True, slots=True)
class Around:
    """The newest message of a conversation that is found by what is kept about it."""

    message: MessageId
    conversation: ConversationId
    said: Said


def around(conn: Connection, query: SearchQuery, among: Among) -> list[Around]:
    """Newest first; nothing that the messages' own words find."""
    kept = {term: found_by.holding(conn, term) for term in query.wanted}
    if not any(kept.values()):
        return []
    where = {term: found_by.places(conn, said) for term, said in kept.items()}
    found: dict[Place, Said] = {}
    for places in where.values():
        found = {**places, **found}
    newest = [place.newest for place in found]
    fitting = among(replace(query, terms=tuple(term for term in query.terms if term.excluded)), newest)
    by_text = {term: among(SearchQuery(terms=(term,)), fitting) for term in where}
    fits = (
        Around(place.newest, place.conversation, said)
        for place, said in found.items()
        if place.newest in fitting and _is_found_here_only(place, where, by_text)
    )
    return sorted(fits, key=lambda one: one.message, reverse=True)


def _is_found_here_only(
    place: Place, where: dict[Term, dict[Place, Said]], by_text: dict[Term, set[MessageId]]
) -> bool:
    in_text = [place.newest in by_text[term] for term in where]
    return not all(in_text) and all(said or place in where[term] for said, term in zip(in_text, where, strict=True))
