"""The outbox: every outgoing act from the decision to the receipt, each step one transaction.

    queued ── claim ──> sending ──> delivered | queued (retry_at) | failed | unconfirmed
      │                    └─ in doubt: still `sending`, with the time to look or to send again
      └─ undone

`act` and `key` never change after `queue`; `frozen` is written with the first claim and never again. `first_tried_at`
is the first try that may have arrived: a try that certainly did not is forgotten. Only proof
(a receipt, an arrival that carries the key) or a person's word moves an act whose outcome is unknown.

Order: of the acts that write text in one conversation, and of the others about one message, only the earliest that
is queued or sending can be claimed. One that failed or is unconfirmed holds nothing up: it waits, visibly, for a
person, and what was decided after it stands for itself.
"""

from inbox_app.storage.outbox.deciding import queue, release, resolve, undo
from inbox_app.storage.outbox.rows import due, get, is_of_another, next_due
from inbox_app.storage.outbox.sending import (
    claim,
    claim_again,
    hasten,
    put_off,
    settle_absent,
    settle_delivered,
    settle_failed,
    settle_retry,
    settle_unconfirmed,
    settle_unsure,
)
from inbox_app.storage.outbox.settled import (
    abandon_of_lost_lease,
    arrived,
    doubt_the_interrupted,
    finish_done,
    finish_later,
    leave_unsent,
    require_none_under_way,
)
from inbox_app.storage.outbox.values import IN_DOUBT, Decision, File, Outgoing, Receipt, Resolution

__all__ = [
    "IN_DOUBT",
    "Decision",
    "File",
    "Outgoing",
    "Receipt",
    "Resolution",
    "abandon_of_lost_lease",
    "arrived",
    "claim",
    "claim_again",
    "doubt_the_interrupted",
    "due",
    "finish_done",
    "finish_later",
    "get",
    "hasten",
    "is_of_another",
    "leave_unsent",
    "next_due",
    "put_off",
    "queue",
    "release",
    "require_none_under_way",
    "resolve",
    "settle_absent",
    "settle_delivered",
    "settle_failed",
    "settle_retry",
    "settle_unconfirmed",
    "settle_unsure",
    "undo",
]
