"""R2: an unknown outcome is never sent again without proof, whatever happened before and whatever the channel says."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.contract.acts import Absent, CannotTell, Finding, Receipt
from inbox_app.contract.errors import BadAnswer, Busy, NotSent, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.domain.words import ActKind, OutboxState, Resend
from inbox_app.storage.outbox import Outgoing
from inbox_app.sync.policy import Next, Outcome, Policy, after_looking, next_step, outcome_of

NOW = 10**12

policies = st.builds(
    Policy,
    st.sampled_from(Resend),
    st.booleans(),
    st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
    st.timedeltas(timedelta(0), timedelta(hours=1)),
)
findings: st.SearchStrategy[Finding] = st.sampled_from([Receipt("r"), Absent(), CannotTell()])


def doubtful(first_tried: int, tried: int) -> Outgoing:
    return Outgoing(
        id=OutboxId("o"),
        account=AccountId("a"),
        conversation=None,
        message=None,
        colleague=None,
        kind=ActKind.REPLY,
        key="k",
        act={},
        frozen=b"",
        state=OutboxState.SENDING,
        decided_at=0,
        not_before=0,
        retry_at=None,
        first_tried_at=NOW - first_tried,
        tried_at=NOW - min(tried, first_tried),
        attempts=1,
        in_doubt=True,
        error="",
        receipt=None,
        finish_due=False,
        finish_attempts=0,
        claimed_by="desk",
        fence=None,
    )


rows = st.builds(doubtful, st.integers(0, 10**10), st.integers(0, 10**10))


def is_remembered(row: Outgoing, policy: Policy) -> bool:
    if policy.resend is not Resend.SAFE or row.first_tried_at is None:
        return False
    limit = policy.remembers_key_for
    return limit is None or timedelta(milliseconds=NOW - row.first_tried_at) < limit


@given(policies, rows)
def test_without_looking_only_a_remembered_key_is_sent_again(policy: Policy, row: Outgoing) -> None:
    step = next_step(row, policy, NOW)
    if step is Next.SEND_AGAIN:
        assert is_remembered(row, policy)
    else:
        assert step in (Next.LOOK, Next.ASK_A_PERSON)


def test_a_key_ages_from_the_first_try_on() -> None:
    hour, policy = 3_600_000, Policy(Resend.SAFE, remembers_key_for=timedelta(hours=1))
    assert next_step(doubtful(hour - 1, tried=5), policy, NOW) is Next.SEND_AGAIN
    assert next_step(doubtful(hour, tried=5), policy, NOW) is Next.ASK_A_PERSON


@given(policies, rows, findings)
def test_after_looking_only_proof_or_a_remembered_key_sends_again(
    policy: Policy, row: Outgoing, finding: Finding
) -> None:
    step = after_looking(finding, row, policy, NOW)
    if step is Next.QUEUE_AGAIN:
        assert isinstance(finding, Absent)
        assert policy.resend is Resend.CHECK
    if step is Next.SEND_AGAIN:
        assert isinstance(finding, Absent)
        assert is_remembered(row, policy)
    assert (step is Next.DELIVERED) == isinstance(finding, Receipt)


@given(policies, rows, findings)
def test_where_absence_is_no_proof_nothing_is_sent_again(policy: Policy, row: Outgoing, finding: Finding) -> None:
    asks = Policy(Resend.ASK, policy.can_find, policy.remembers_key_for, policy.settle_time)
    steps = {next_step(row, asks, NOW), after_looking(finding, row, asks, NOW)}
    assert not steps & {Next.SEND_AGAIN, Next.QUEUE_AGAIN}


@given(st.sampled_from([kind for kind in Exception.__subclasses__() if kind.__module__ == "builtins"]))
def test_only_our_own_word_is_proof(kind: type[Exception]) -> None:
    error = ExceptionGroup("two", [OSError()]) if kind is ExceptionGroup else kind.__new__(kind)
    assert (outcome_of(error) is Outcome.UNKNOWN) == (not isinstance(error, NotSent))


def test_the_table_is_as_drawn() -> None:
    table = {
        Offline("x"): Outcome.WAIT,
        Busy("x"): Outcome.WAIT,
        SignInNeeded("x"): Outcome.SIGN_IN,
        Rejected("x"): Outcome.REFUSED,
        NotSent("x"): Outcome.REFUSED,
        Unsure("x"): Outcome.UNKNOWN,
        BadAnswer("x"): Outcome.UNKNOWN,
        TimeoutError(): Outcome.UNKNOWN,
    }
    assert {error: outcome_of(error) for error in table} == table
