"""In which language people are answered."""

from __future__ import annotations

from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.storage import template_facts
from inbox_app.storage.store import Store


async def of_answer(store: Store, me: ColleagueId, conversation: ConversationId) -> str:
    """The language of whoever is answered in a conversation, as it is noted or guessed; empty where nobody knows."""
    return (await store.read(lambda conn: template_facts.of_conversation(conn, me, conversation, None))).language
