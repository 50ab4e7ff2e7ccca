"""The tables, once for SQLite and PostgreSQL.

Times are milliseconds since 1970 in UTC (`inbox_app.domain.timecode`). Message ids are time-coded integers: their order
is the order of dates, so pages and full text need no other key. All other ids are random text. Tables that one
person of a team has to herself carry `colleague`; in a single-person workspace there is one colleague, `me`.
"""

from inbox_app.storage.schema.account_tables import account, budget, gap, lease, remote_count, secret
from inbox_app.storage.schema.columns import WideInteger, metadata
from inbox_app.storage.schema.conversation_tables import (
    conversation,
    conversation_account,
    participant,
    post,
    thread,
    thread_key,
)
from inbox_app.storage.schema.counting_tables import counted, tally
from inbox_app.storage.schema.message_tables import (
    attachment,
    blob,
    location,
    message,
    message_copy,
    message_event,
    message_text,
    unread,
)
from inbox_app.storage.schema.people_tables import field, handle, member, member_field, member_link, note, suppression
from inbox_app.storage.schema.search_tables import found_by, recent_search
from inbox_app.storage.schema.triage_tables import (
    conversation_tag,
    member_tag,
    operation,
    operation_on,
    reminder,
    rule,
    rule_run,
    tag,
    view,
)
from inbox_app.storage.schema.workspace_tables import change, change_counter, colleague, presence, wish, workspace
from inbox_app.storage.schema.writing_tables import draft, outbox, template, template_use

__all__ = [
    "WideInteger",
    "account",
    "attachment",
    "blob",
    "budget",
    "change",
    "change_counter",
    "colleague",
    "conversation",
    "conversation_account",
    "conversation_tag",
    "counted",
    "draft",
    "field",
    "found_by",
    "gap",
    "handle",
    "lease",
    "location",
    "member",
    "member_field",
    "member_link",
    "member_tag",
    "message",
    "message_copy",
    "message_event",
    "message_text",
    "metadata",
    "note",
    "operation",
    "operation_on",
    "outbox",
    "participant",
    "post",
    "presence",
    "recent_search",
    "reminder",
    "remote_count",
    "rule",
    "rule_run",
    "secret",
    "suppression",
    "tag",
    "tally",
    "template",
    "template_use",
    "thread",
    "thread_key",
    "unread",
    "view",
    "wish",
    "workspace",
]
