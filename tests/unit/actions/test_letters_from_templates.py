"""A mail that begins a conversation, from a template: filled for whom it goes to, its steps undone with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.actions import letters, templating, writing
from inbox_app.actions.letters import Letter, NewMail
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.wording import Wording
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox, templates
from inbox_app.queries import writing as questions
from inbox_app.queries.templates import Envelope
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.actions.test_letters import can_write
from tests.unit.ingest.tales import connect, said

WE = ColleagueId(ME)
UNDO = timedelta(hours=1)
MAYA = ("to", "Maya@example.net", "")
NEW = ("to", "new@example.net", "Nora New")


@pytest.fixture
async def account(store: Store) -> AccountId:
    made = await store.write(connect)
    await can_write(store, made)
    await store.write(lambda tx: ingest(tx, made, [said("a", 1, kind=Kind.MAIL, text="Grazie mille per la vostra")]))
    return made


async def test_it_says_who_it_goes_to(store: Store, account: AccountId) -> None:
    await templating.add(
        store, WE, Wording("Hello", "Dear {member.first}, about {conversation.title} from {member.city}.")
    )
    known = await templates.prepare_letter(store, WE, "Hello", Envelope(account, MAYA, "tea"))
    assert (known.filled.text, known.filled.missing) == ("Dear Maya, about tea from {member.city}.", ("member.city",))
    fresh = await templates.prepare_letter(store, WE, "Hello", Envelope(account, NEW, "tea"))
    assert fresh.filled.text.startswith("Dear Nora,")
    nobody = await templates.prepare_letter(store, WE, "Hello", Envelope(account))
    assert "member.first" in nobody.filled.missing
    mail = NewMail(account, known.filled.text, UNDO, Letter(recipients=(MAYA,), subject="tea"))
    with pytest.raises(Refused):
        await letters.begin(store, WE, mail)
    assert await questions.outbox(store) == ()


async def test_its_steps_are_done_and_undone_with_it_and_it_is_said_once(store: Store, account: AccountId) -> None:
    wording = Wording("Hello", "Hello there.", steps=(Step(Deed.TAG, "greeted"),))
    of = await templating.add(store, WE, wording)
    envelope = Envelope(account, MAYA, "tea")
    letter = Letter(recipients=(MAYA,), subject="tea", template=of)
    assert not await templates.warned_of_letter(store, WE, of, envelope)
    row = await letters.begin(store, WE, NewMail(account, "Hello there.", UNDO, letter))
    assert row.conversation is not None
    assert [tag.name for tag in (await inbox.thread(store, WE, row.conversation)).row.tags] == ["greeted"]
    assert (await templates.warned_of_letter(store, WE, of, envelope)).said_to == "Maya"
    await writing.undo(store, row.id)
    assert not await templates.warned_of_letter(store, WE, of, envelope)
    (draft,) = await questions.beginning(store, WE)
    assert (draft.text, draft.letter.template) == ("Hello there.", of)
    assert len(await inbox.conversation_ids(store, WE)) == 1
    again = await letters.begin(store, WE, NewMail(account, draft.text, UNDO, draft.letter, draft=draft.id))
    assert again.conversation is not None
    assert [tag.name for tag in (await inbox.thread(store, WE, again.conversation)).row.tags] == ["greeted"]
