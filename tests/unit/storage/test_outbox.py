"""The outbox: each step is a compare-and-set, and what was decided never changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from inbox_app.domain.abilities import NO, YES, Abilities
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, DraftId, MessageId
from inbox_app.domain.words import AccountState, Action, ActKind, Kind, OutboxState
from inbox_app.storage import abilities, accounts, acts, outbox
from inbox_app.storage.creation import create_tables, fill
from inbox_app.storage.schema import attachment, conversation, draft, message, message_text, post, thread_key
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.transaction import Tx
from tests.fakes.inbox import ME, add_account, add_conversation, reply

START = 1_800_000_000_000


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Tx]:
    database = SQLiteDatabase.open(tmp_path / "workspace.db", create=True)
    with database.connect_writer() as conn, conn.begin():
        create_tables(conn)
        fill(conn, "test", START)
        yield Tx(conn, START)
    database.close()


@pytest.fixture
def account(tx: Tx) -> AccountId:
    return add_account(tx)


@pytest.fixture
def asked(tx: Tx, account: AccountId) -> MessageId:
    return add_conversation(tx, account)[1]


def state_of(conn: Connection, wanted: MessageId | None) -> str | None:
    return conn.execute(select(message.c.state).where(message.c.id == wanted)).scalar_one_or_none()


def claimed(tx: Tx, row: outbox.Outgoing, frozen: bytes = b"wire") -> outbox.Outgoing:
    taken = outbox.claim(tx, row.id, frozen, "desk")
    assert taken is not None
    return taken


def test_a_reply_stands_in_the_conversation_at_once(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked, "Fine, and you?"))
    stored = tx.conn.execute(select(message).where(message.c.id == row.message)).one()
    assert (stored.parent, stored.direction, stored.state) == (asked, "out", "queued")
    assert tx.conn.execute(select(message_text.c.body).where(message_text.c.id == row.message)).scalar_one() == (
        "Fine, and you?"
    )
    assert row.act["target"]["remote_id"] == f"remote-{asked}"  # type: ignore[index, call-overload]


def test_nothing_is_due_before_its_undo_window_ends(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked, undo_ms=10_000))
    assert outbox.due(tx.conn, START + 9_999) == ()
    assert outbox.next_due(tx.conn, START) == START + 10_000
    assert outbox.claim(tx, row.id, b"", "desk") is None
    assert [one.id for one in outbox.due(tx.conn, START + 10_000)] == [row.id]


def test_undo_gives_the_text_back_and_leaves_nothing(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked, "Hasty", undo_ms=10_000))
    back = outbox.undo(tx, row.id)
    assert tx.conn.execute(select(draft.c.text).where(draft.c.id == back)).scalar_one() == "Hasty"
    assert state_of(tx.conn, row.message) is None
    assert outbox.get(tx.conn, row.id).state is OutboxState.UNDONE
    assert outbox.due(tx.conn, START + 99_999) == ()


def test_undo_loses_no_draft_begun_since(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked, "Hasty"))
    begun = {"id": "d", "colleague": ME, "conversation": row.conversation, "text": "New thought", "changed_at": 1}
    tx.conn.execute(draft.insert().values(**begun))
    assert outbox.undo(tx, row.id) == DraftId("d")
    assert tx.conn.execute(select(draft.c.text)).scalars().all() == ["Hasty\n\nNew thought"]


def test_of_what_failed_it_is_not_said_that_it_is_on_its_way(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_failed(tx, row, "Refused", "rejected")
    with pytest.raises(Refused, match="was not sent"):
        outbox.undo(tx, row.id)


def test_undo_is_refused_once_it_is_on_its_way(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    with pytest.raises(Refused):
        outbox.undo(tx, row.id)
    assert state_of(tx.conn, row.message) == "sending"


def test_only_one_claim_wins(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked))
    assert outbox.claim(tx, row.id, b"first", "one") is not None
    assert outbox.claim(tx, row.id, b"second", "two") is None


def test_the_bytes_of_the_first_claim_are_used_for_ever(tx: Tx, account: AccountId, asked: MessageId) -> None:
    first = claimed(tx, outbox.queue(tx, reply(account, asked)), b"first")
    outbox.settle_retry(tx, first, None, "No network", "offline")
    again = claimed(tx, outbox.get(tx.conn, first.id), b"second")
    assert (again.frozen, again.attempts, again.key, again.act) == (b"first", 2, first.key, first.act)
    assert again.first_tried_at == START


def test_replies_of_one_conversation_leave_in_the_order_of_decision(
    tx: Tx, account: AccountId, asked: MessageId
) -> None:
    first, second = (outbox.queue(tx, reply(account, asked, text)) for text in ("one", "two"))
    other = outbox.queue(tx, reply(account, add_conversation(tx, account)[1]))
    assert {one.id for one in outbox.due(tx.conn, START)} == {first.id, other.id}
    assert outbox.claim(tx, second.id, b"", "desk") is None
    outbox.settle_delivered(tx, claimed(tx, first).id, outbox.Receipt("r1"))
    assert claimed(tx, second).attempts == 1


@pytest.mark.parametrize("ending", ["failed", "unconfirmed"])
def test_what_waits_for_a_person_holds_nothing_up(tx: Tx, account: AccountId, asked: MessageId, ending: str) -> None:
    first, second = (outbox.queue(tx, reply(account, asked, text)) for text in ("one", "two"))
    if ending == "failed":
        outbox.settle_failed(tx, claimed(tx, first), "No", "rejected")
    else:
        outbox.settle_unconfirmed(tx, claimed(tx, first), "Nobody knows")
    assert outbox.get(tx.conn, first.id).state.value == state_of(tx.conn, first.message) == ending
    assert [one.id for one in outbox.due(tx.conn, START)] == [second.id]


def test_what_was_read_in_one_account_does_not_wait_for_another(tx: Tx, account: AccountId) -> None:
    def read(later: int, of: AccountId) -> outbox.Outgoing:
        return outbox.queue(Tx(tx.conn, START + later), outbox.Decision(of, ActKind.READ_MARK, None, 0, marks=[]))

    other = add_account(tx, remote_id="other")
    read(0, other)
    first, second = read(1, account), read(2, account)
    accounts.need_sign_in(tx, other, "Sign in again")
    assert [one.id for one in outbox.due(tx.conn, START + 2)] == [first.id]
    outbox.settle_delivered(tx, first.id, outbox.Receipt(None))
    assert [one.id for one in outbox.due(tx.conn, START + 2)] == [second.id]


def test_a_paused_account_keeps_its_queue(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = outbox.queue(tx, reply(account, asked))
    accounts.need_sign_in(tx, account, "Sign in again.")
    assert outbox.due(tx.conn, START) == ()
    assert outbox.claim(tx, row.id, b"", "desk") is None
    accounts.set_state(tx, account, AccountState.ACTIVE)
    assert claimed(tx, row).state is OutboxState.SENDING


def test_a_refusal_after_a_try_in_doubt_is_not_a_failure(tx: Tx, account: AccountId, asked: MessageId) -> None:
    first = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_unsure(tx, first, START, "The line broke")
    again = outbox.claim_again(tx, outbox.get(tx.conn, first.id), "desk")
    assert again is not None
    outbox.settle_failed(tx, again, "Already there?", "rejected")
    assert outbox.get(tx.conn, first.id).state is OutboxState.UNCONFIRMED


def test_a_wait_after_a_try_in_doubt_stays_in_doubt(tx: Tx, account: AccountId, asked: MessageId) -> None:
    first = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_unsure(tx, first, START, "The line broke")
    again = outbox.claim_again(tx, outbox.get(tx.conn, first.id), "desk")
    assert again is not None
    outbox.settle_retry(tx, again, START + 5, "Busy", "busy")
    row = outbox.get(tx.conn, first.id)
    assert (row.state, row.in_doubt, row.retry_at) == (OutboxState.SENDING, True, START + 5)


def test_the_network_that_is_back_hastens_what_waited_for_it_alone(tx: Tx, account: AccountId) -> None:
    asked = [add_conversation(tx, account)[1] for _ in range(2)]
    offline, busy = (claimed(tx, outbox.queue(tx, reply(account, one))) for one in asked)
    outbox.settle_retry(tx, offline, START + 9_000, "No network", "offline")
    outbox.settle_retry(tx, busy, START + 9_000, "Wait", "busy")
    outbox.hasten(tx, account, "offline")
    assert [one.id for one in outbox.due(tx.conn, START)] == [offline.id]


def test_a_late_answer_of_a_lost_claim_changes_nothing(tx: Tx, account: AccountId, asked: MessageId) -> None:
    late = claimed(tx, outbox.queue(tx, reply(account, asked)))
    assert outbox.abandon_of_lost_lease(tx, account) == 1
    outbox.settle_retry(tx, late, None, "No network", "offline")
    assert outbox.get(tx.conn, late.id).state is OutboxState.UNCONFIRMED
    outbox.settle_delivered(tx, late.id, outbox.Receipt("proof"))
    assert outbox.get(tx.conn, late.id).state is OutboxState.DELIVERED


def test_a_late_answer_does_not_settle_the_next_claim(tx: Tx, account: AccountId, asked: MessageId) -> None:
    late = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.abandon_of_lost_lease(tx, account)
    outbox.resolve(tx, late.id, outbox.Resolution("again"))
    now = claimed(tx, late)
    outbox.settle_failed(tx, late, "Refused", "rejected")
    assert outbox.get(tx.conn, late.id) == now


def test_a_look_at_an_older_try_claims_nothing(tx: Tx, account: AccountId, asked: MessageId) -> None:
    first = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_unsure(tx, first, START, "The line broke")
    doubtful = outbox.get(tx.conn, first.id)
    again = outbox.claim_again(tx, doubtful, "desk")
    assert again is not None
    outbox.put_off(tx, doubtful, START, "No network", "offline")
    assert outbox.due(tx.conn, START) == ()  # the later try is under way
    outbox.settle_unsure(tx, again, START, "The line broke")
    assert outbox.claim_again(tx, doubtful, "desk") is None


def test_a_crash_leaves_doubt_and_no_second_queueing(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    assert outbox.due(tx.conn, START + 10**9) == ()
    assert outbox.doubt_the_interrupted(tx, account) == 1
    assert outbox.doubt_the_interrupted(tx, account) == 0
    doubtful = outbox.due(tx.conn, START)
    assert [(one.id, one.state, one.in_doubt) for one in doubtful] == [(row.id, OutboxState.SENDING, True)]


def test_a_crash_in_a_second_try_leaves_no_limbo(tx: Tx, account: AccountId, asked: MessageId) -> None:
    first = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_unsure(tx, first, START, "The line broke")
    assert outbox.claim_again(tx, outbox.get(tx.conn, first.id), "desk") is not None
    assert outbox.due(tx.conn, START + 10**9) == ()
    assert outbox.doubt_the_interrupted(tx, account) == 1
    assert [one.id for one in outbox.due(tx.conn, START)] == [first.id]


@pytest.mark.parametrize(
    "word, state, message_state",
    [("sent", "delivered", "delivered"), ("again", "queued", "queued"), ("discard", "discarded", None)],
)
def test_a_person_decides(
    tx: Tx, account: AccountId, asked: MessageId, word: str, state: str, message_state: str | None
) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)), b"frozen")
    with pytest.raises(Refused):
        outbox.resolve(tx, row.id, outbox.Resolution(word))
    outbox.settle_unconfirmed(tx, row, "Nobody knows")
    decided = outbox.resolve(tx, row.id, outbox.Resolution(word))
    assert (decided.state.value, state_of(tx.conn, row.message)) == (state, message_state)
    assert decided.frozen == b"frozen"


def test_what_was_written_in_what_is_given_up_is_a_draft_again(tx: Tx, account: AccountId, asked: MessageId) -> None:
    answer = outbox.queue(tx, reply(account, asked, "No home"))
    begun = {"id": "d", "colleague": ME, "conversation": answer.conversation, "text": "Begun since", "changed_at": 1}
    tx.conn.execute(draft.insert().values(**begun))
    post = outbox.queue(tx, outbox.Decision(account, ActKind.POST, ME, 0, title="News", text="Ciao"))
    for row in (answer, post):
        outbox.settle_failed(tx, claimed(tx, row), "Refused", "rejected")
        outbox.resolve(tx, row.id, outbox.Resolution.DISCARD)
    assert tx.conn.execute(select(draft.c.text)).scalars().all() == ["No home\n\nBegun since", "Ciao"]
    assert state_of(tx.conn, answer.message) is None


def test_the_receipt_names_the_message(tx: Tx, account: AccountId) -> None:
    _, asked = add_conversation(tx, account, Kind.COMMENTS)
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_delivered(tx, row.id, outbox.Receipt("r9", url="https://example.org/9"), finish=True)
    stored = tx.conn.execute(select(message).where(message.c.id == row.message)).one()
    assert (stored.remote_id, stored.url, stored.state) == ("r9", "https://example.org/9", "delivered")
    keys = tx.conn.execute(select(thread_key.c.key).where(thread_key.c.thread == stored.thread)).scalars()
    assert "r9" in set(keys)
    assert [one.state for one in outbox.due(tx.conn, START)] == [OutboxState.DELIVERED]
    outbox.finish_later(tx, row.id, START + 5, "No Sent folder")
    assert outbox.due(tx.conn, START) == ()
    assert outbox.next_due(tx.conn, START) == START + 5
    outbox.finish_done(tx, row.id)
    assert outbox.due(tx.conn, START + 5) == ()


def test_a_copy_pulled_before_the_receipt_takes_our_place(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    ours = tx.conn.execute(select(message).where(message.c.id == row.message)).one()
    copy = {**ours._mapping, "id": ours.id + 1, "remote_id": "r1", "state": "received"}
    tx.conn.execute(message.insert().values(**copy))
    outbox.settle_delivered(tx, row.id, outbox.Receipt("r1"))
    assert outbox.get(tx.conn, row.id).message == ours.id + 1
    assert state_of(tx.conn, MessageId(ours.id + 1)) == "delivered"
    assert state_of(tx.conn, row.message) is None


def test_what_another_account_is_told_settles_nothing_here(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_delivered(tx, row.id, outbox.Receipt("5"))  # services count their messages each for itself
    other = add_account(tx, remote_id="other")
    assert outbox.arrived(tx, other, "5", None) is None
    assert outbox.arrived(tx, account, "5", None) == row.message


@pytest.mark.parametrize("before", ["sending", "unconfirmed", "queued"])
def test_an_arrival_with_our_key_is_proof(tx: Tx, account: AccountId, asked: MessageId, before: str) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    tx.conn.execute(update(outbox_table).values(state=before))
    assert outbox.arrived(tx, account, "r1", row.key) == row.message
    settled = outbox.get(tx.conn, row.id)
    assert (settled.state, settled.receipt) == (OutboxState.DELIVERED, outbox.Receipt("r1"))
    assert outbox.arrived(tx, account, "r1", None) == row.message
    assert outbox.arrived(tx, account, "r2", "another key") is None


def test_what_a_person_says_was_sent_is_finished_once(tx: Tx, account: AccountId, asked: MessageId) -> None:
    row = claimed(tx, outbox.queue(tx, reply(account, asked)))
    outbox.settle_unconfirmed(tx, row, "Nobody knows.")
    assert outbox.resolve(tx, row.id, outbox.Resolution.SENT).finish_due
    outbox.finish_done(tx, row.id)
    outbox.arrived(tx, account, "the copy", row.key)
    known = outbox.get(tx.conn, row.id)
    assert not known.finish_due
    assert known.receipt is not None
    assert known.receipt.remote_id == "the copy"


def test_a_new_conversation_begins_with_us(tx: Tx, account: AccountId) -> None:
    decided = outbox.Decision(
        account, ActKind.NEW, ME, 0, conversation_kind=Kind.MAIL, title="Hi", recipients=(("to", "a@b.c", "A"),)
    )
    row = outbox.queue(tx, decided)
    assert tx.conn.execute(select(conversation.c.kind)).scalar_one() == "mail"
    assert json.loads(json.dumps(row.act))["recipients"] == [["to", "a@b.c", "A"]]


def test_a_post_becomes_a_post(tx: Tx, account: AccountId) -> None:
    row = claimed(tx, outbox.queue(tx, outbox.Decision(account, ActKind.POST, ME, 0, title="News", text="Ciao")))
    outbox.settle_delivered(tx, row.id, outbox.Receipt("p1"))
    assert tx.conn.execute(select(post.c.remote_id, post.c.text)).one() == ("p1", "Ciao")


def test_a_moderation_writes_no_message(tx: Tx, account: AccountId, asked: MessageId) -> None:
    decided = outbox.Decision(account, ActKind.MODERATION, ME, 0, target=asked, action=Action.HIDE)
    row = outbox.queue(tx, decided)
    assert (row.message, row.act["action"]) == (None, "hide")
    assert outbox.undo(tx, row.id) is None


def test_acts_about_one_message_keep_their_order(tx: Tx, account: AccountId, asked: MessageId) -> None:
    like, unlike = (
        outbox.queue(tx, outbox.Decision(account, ActKind.REACTION, ME, 0, target=asked, value=value))
        for value in ("+", "-")
    )
    written = outbox.queue(tx, reply(account, asked))
    assert {one.id for one in outbox.due(tx.conn, START + 9)} == {like.id, written.id}
    assert outbox.claim(tx, unlike.id, b"", "desk") is None


def standing(conn: Connection, wanted: str | None) -> dict[str, object]:
    row = conn.execute(select(conversation).where(conversation.c.id == wanted)).one()
    names = ("state", "message_count", "needs_reply_count", "last_message", "last_outgoing", "snippet")
    return {name: row._mapping[name] for name in (*names, "attachment_count")}


@pytest.mark.parametrize("kind", [Kind.DIRECT, Kind.COMMENTS])
def test_an_answer_settles_what_it_answers_and_undo_opens_it_again(tx: Tx, account: AccountId, kind: Kind) -> None:
    within, asked = add_conversation(tx, account, kind)
    tx.conn.execute(update(message).where(message.c.id == asked).values(needs_reply=True, needs_work=True))
    as_pulled = {"message_count": 1, "needs_reply_count": 1, "last_message": asked, "state": "open"}
    tx.conn.execute(update(conversation).where(conversation.c.id == within).values(snippet="How are you?", **as_pulled))
    before = standing(tx.conn, within)
    tx.now += 1000
    file = outbox.File("0" * 64, "a.png", "image/png", 3)
    decided = outbox.Decision(account, ActKind.REPLY, ME, 10_000, target=asked, text="Fine", files=(file,))
    row = outbox.queue(tx, decided)
    assert standing(tx.conn, within) == {
        "state": "waiting",
        "message_count": 2,
        "needs_reply_count": 0,
        "last_message": row.message,
        "last_outgoing": row.message,
        "snippet": "Fine",
        "attachment_count": 1,
    }
    back = outbox.undo(tx, row.id)
    assert standing(tx.conn, within) == before
    assert tx.conn.execute(select(attachment.c.draft)).scalars().all() == [back]


def test_undoing_one_of_two_answers_leaves_the_other_one_standing(tx: Tx, account: AccountId) -> None:
    within, asked = add_conversation(tx, account, Kind.COMMENTS)
    tx.conn.execute(update(message).where(message.c.id == asked).values(needs_reply=True, needs_work=True))
    tx.conn.execute(update(conversation).values(message_count=1, needs_reply_count=1))
    first, second = (outbox.queue(tx, reply(account, asked, text, undo_ms=9)) for text in ("one", "two"))
    outbox.undo(tx, second.id)
    now = standing(tx.conn, within)
    assert (now["state"], now["snippet"], now["last_outgoing"]) == ("waiting", "one", first.message)
    outbox.undo(tx, first.id)
    assert standing(tx.conn, within)["state"] == "open"


def test_what_was_done_can_be_taken_back_before_the_service_tells_of_it(
    tx: Tx, account: AccountId, asked: MessageId
) -> None:
    """A hide is about a message, a block about a person: it holds in all that they said to the account."""
    _within, other = add_conversation(tx, account)
    author = select(message.c.author).where(message.c.id == asked).scalar_subquery()
    said = Abilities({Action.HIDE: YES, Action.UNHIDE: NO, Action.BLOCK: YES, Action.UNBLOCK: NO})
    tx.conn.execute(update(message).values(abilities=json.dumps(said.to_json()), author=author))
    done = []
    for action in (Action.HIDE, Action.BLOCK):
        row = outbox.queue(tx, outbox.Decision(account, ActKind.MODERATION, ME, 0, target=asked, action=action))
        outbox.settle_delivered(tx, claimed(tx, row).id, outbox.Receipt(f"remote-{asked}"))
        done.append(row.id)
    offered = [
        {action for action in said.by_action if abilities.of_message(tx.conn, one, START).of(action).possible}
        for one in (asked, other)
    ]
    assert offered == [{Action.UNHIDE, Action.UNBLOCK}, {Action.HIDE, Action.UNBLOCK}]
    acts.make_good(tx, done)
    waiting = select(outbox_table.c.act).where(outbox_table.c.state == OutboxState.QUEUED.value)
    told = [json.loads(act)["action"] for act in tx.conn.execute(waiting).scalars()]
    assert sorted(told) == ["unblock", "unhide"]
