"""A search in the list as a value: its words, what was found, and where one was before it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.queries.search import Found


@dataclass(frozen=True, slots=True)
class Search:
    """Without words there is none."""

    words: str = ""
    before: tuple[ConversationId | None, int] | None = None
    """What was open and how far the list was scrolled when it began."""
    hits: Mapping[ConversationId, MessageId] = field(default_factory=dict)
    """The newest message that was found in each conversation."""
    further: Mapping[ConversationId, tuple[MessageId, ...]] = field(default_factory=dict)
    """All messages that were found in each, the newest first."""
    marked: frozenset[str] = frozenset()
    """What stands in the messages for the words, as it is written there."""
    misread: tuple[str, ...] = ()
    """What looked like a condition and was none."""

    def finding(self, found: Found | None) -> Search:
        """The same with its answer."""
        hits = found.hits if found else ()
        further: dict[ConversationId, tuple[MessageId, ...]] = {}
        for hit in hits:
            further[hit.conversation] = (*further.get(hit.conversation, ()), hit.message)
        marks = ((hit.excerpt.text, mark) for hit in hits for mark in hit.excerpt.marks)
        return replace(
            self,
            hits={hit.conversation: hit.message for hit in reversed(hits)},
            further=further,
            misread=found.misread if found else (),
            marked=frozenset(text[begin:end].casefold() for text, (begin, end) in marks),
        )

    def all_in(self, conversation: ConversationId) -> tuple[MessageId, ...]:
        """What was found in it, the newest first."""
        return self.further.get(conversation, ())
