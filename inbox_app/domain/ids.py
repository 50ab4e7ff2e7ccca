"""The names of things: opaque strings outside, stable for ever.

Message ids count upwards in the order of time (see `timecode`), so the newest message has the greatest
id and a list in date order needs no other key. All other ids are random.
"""

from __future__ import annotations

import secrets
from typing import NewType

AccountId = NewType("AccountId", str)
ColleagueId = NewType("ColleagueId", str)
ConversationId = NewType("ConversationId", str)
DraftId = NewType("DraftId", str)
FieldId = NewType("FieldId", str)
HandleId = NewType("HandleId", str)
ListId = NewType("ListId", str)
MemberId = NewType("MemberId", str)
MessageId = NewType("MessageId", int)
"""The time-coded row number of a message; written in decimal wherever a string is wanted."""
NoteId = NewType("NoteId", str)
OperationId = NewType("OperationId", str)
OutboxId = NewType("OutboxId", str)
PostId = NewType("PostId", str)
ReminderId = NewType("ReminderId", str)
RuleId = NewType("RuleId", str)
TagId = NewType("TagId", str)
TemplateId = NewType("TemplateId", str)
ThreadId = NewType("ThreadId", str)
ViewId = NewType("ViewId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16


def new_id() -> str:
    """Sixteen random characters (80 bits) that are easy to read out and to type."""
    bits = secrets.randbits(_LENGTH * 5)
    return "".join(_ALPHABET[(bits >> (5 * place)) & 31] for place in range(_LENGTH))
