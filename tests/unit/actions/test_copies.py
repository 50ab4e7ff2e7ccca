"""Answering a mail that two accounts got: from whichever is chosen, once, and never to ourselves."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from inbox_app.actions import letters, templating, writing
from inbox_app.actions.templating import Wording
from inbox_app.actions.writing import Answer, Letter
from inbox_app.contract.remote import RemoteRecipient
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, TemplateId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.senders import Sender, senders_of
from inbox_app.domain.words import Action, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox, templates
from inbox_app.storage import accounts, outbox
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.test_copies import Two, mail, written

ME = ColleagueId("me")
UNDO = timedelta(hours=1)
TO_BOTH = (RemoteRecipient("to", "Shop@two.example"), RemoteRecipient("cc", "one@example.org"))


def connect(tx: Tx, name: str, *aliases: str) -> AccountId:
    address = f"{name}@example.org"
    able: JsonObject = {**Abilities({Action.REPLY: YES, Action.WRITE: YES}).to_json()}
    we = accounts.OurselvesThere(address, address, name.title(), frozenset({address, *aliases}), able)
    return accounts.add(tx, "practice", we, {})


@pytest.fixture
async def two(store: Store) -> Two:
    one = await store.write(lambda tx: connect(tx, "one"))
    return Two(store, one, await store.write(lambda tx: connect(tx, "two", "shop@two.example")))


@pytest.fixture
async def asked(two: Two) -> ConversationId:
    await two.hear(two.one, mail("m", 1, recipients=TO_BOTH))
    await two.hear(two.other, mail("m", 1, recipients=TO_BOTH))
    return (await two.row()).id


async def answer(
    two: Two, within: ConversationId, sender: str = "", template: TemplateId | None = None
) -> outbox.Outgoing:
    letter = Letter(everybody=True, sender=sender, template=template)
    row = await writing.reply(two.store, ME, Answer(within, "Yes.", UNDO, letter=letter))
    return await two.store.read(lambda conn: outbox.get(conn, row.id))


async def test_it_is_answered_as_whom_it_was_sent_to(two: Two, asked: ConversationId) -> None:
    thread = await inbox.thread(two.store, ME, asked)
    assert thread.to_answer is not None
    assert [one.handle for one in thread.ours] == ["one@example.org", "two@example.org"]
    assert senders_of(thread.to_answer, thread.ours) == (
        Sender(two.other, "shop@two.example"),
        Sender(two.one, "one@example.org"),
        Sender(two.other, "two@example.org"),
    )
    assert (await answer(two, asked)).account == two.other


@pytest.mark.parametrize("sender", ["one@example.org", "Two@example.org"])
async def test_one_answer_leaves_as_whom_one_wants_and_settles_both(
    two: Two, asked: ConversationId, sender: str
) -> None:
    sent = await answer(two, asked, sender)
    assert sent.account == (two.one if sender.startswith("one") else two.other)
    assert sent.act["sender"] == sender
    # Neither of our own addresses gets it, although both had the mail.
    assert cast("list[object]", sent.act["recipients"]) == [["to", "maya@example.net", "Maya"]]
    row = await two.row()
    assert (row.state, row.needs_reply, row.messages) == (State.WAITING, 0, 2)
    (first, ours) = (await inbox.thread(two.store, ME, asked)).messages
    assert ours.parent == first.id
    await writing.undo(two.store, sent.id)
    row = await two.row()
    assert (row.state, row.needs_reply, row.messages) == (State.OPEN, 1, 1)


async def test_the_copy_of_our_answer_comes_back_to_the_other_account(two: Two, asked: ConversationId) -> None:
    await arrive(two, await answer(two, asked, "one@example.org"))
    row = await two.row()
    assert (row.state, row.messages, row.needs_reply, row.unread) == (State.WAITING, 2, 0, 0)


async def arrive(two: Two, sent: outbox.Outgoing) -> None:
    """An answer of the first account is sent, and the second gets it too."""
    await two.store.write(lambda tx: outbox.release(tx, sent.id))
    await two.store.write(lambda tx: outbox.claim(tx, sent.id, b"", "desk"))
    await two.store.write(lambda tx: outbox.settle_delivered(tx, sent.id, outbox.Receipt("reply")))
    back = written("one", "reply", 10_000, text=f"{sent.act['text']}\n-- \nA footer", parent="m")
    await two.store.write(lambda tx: ingest(tx, two.other, [back], keep=lambda _content: "digest"))


@pytest.mark.parametrize("got", ["one", "other", "other one", "one other"])
async def test_an_answer_to_a_template_is_one_whichever_account_gets_it(
    two: Two, asked: ConversationId, got: str
) -> None:
    template = await templating.add(two.store, ME, Wording("mugs", "Which mug?", question=True))
    await arrive(two, await answer(two, asked, "one@example.org", template))
    for account in got.split():
        await two.hear(getattr(two, account), mail("thanks", 20_000, parent="reply"))
    (family,) = await templates.families(two.store, ME)
    assert await templates.outcome(two.store, family) == templates.Outcome(1, 1, 1)


async def test_what_is_no_address_of_ours_sends_nothing(two: Two, asked: ConversationId) -> None:
    with pytest.raises(WrongUse, match=r"shop@two\.example, one@example\.org"):
        await answer(two, asked, "ceo@example.com")
    new = letters.NewMail(
        two.one, "Hi", UNDO, Letter(recipients=(("to", "maya@example.net", ""),), sender="two@example.org")
    )
    with pytest.raises(WrongUse, match="no address of one"):
        await letters.begin(two.store, ME, new)
