"""A pretty inbox in memory: the people around a small coffee brand, in English and Italian."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.ids import (
    AccountId,
    ConversationId,
    MessageId,
    TagId,
)
from inbox_app.domain.inbox import (
    AccountRow,
    ConversationRow,
    SidebarCounts,
    Tag,
)
from inbox_app.domain.words import (
    AccountState,
    Action,
    Hat,
    Kind,
    State,
)

NOW = datetime.now(UTC)
COMPLAINT = Tag(TagId("t1"), "Complaint", "#C22F2F")
SHIPPING = Tag(TagId("t2"), "Shipping", "#C98612")
PRAISE = Tag(TagId("t3"), "Praise", "#2E8B57")
AMBASSADOR = Tag(TagId("t4"), "Ambassador", "#7A5AC8")
TAGS = (COMPLAINT, SHIPPING, PRAISE, AMBASSADOR)
ALL_ABLE = Abilities(dict.fromkeys(Action, YES))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def account(
    name: str, channel: str, handle: str, state: AccountState = AccountState.ACTIVE, error: str = ""
) -> AccountRow:
    return AccountRow(AccountId(name), channel, handle, name, state, error, Hat.COMMUNITY, ago(minutes=1), {})


ACCOUNTS = (
    account("Tideline Coffee", "bluesky", "@tideline.example"),
    account("tideline@social.coffee", "mastodon", "@tideline@social.coffee"),
    account("r/tideline", "reddit", "u/tideline"),
    account("Tideline Brews", "youtube", "@tidelinebrews"),
    account(
        "hello@tideline.coffee",
        "email",
        "hello@tideline.coffee",
        AccountState.SIGN_IN_NEEDED,
        "The password for hello@tideline.coffee was refused. Sign in again.",
    ),
)


def conversation(
    number: int, member: str, channel: str, snippet: str, when: datetime, **more: object
) -> ConversationRow:
    row = ConversationRow(
        id=ConversationId(f"c{number}"),
        account=next((one.id for one in ACCOUNTS if one.channel == channel), ACCOUNTS[0].id),
        channel=channel,
        kind=Kind.COMMENTS,
        title="",
        post_title="",
        members=(member,),
        snippet=snippet,
        snippet_is_ours=False,
        state=State.OPEN,
        unread=0,
        messages=1,
        needs_reply=1,
        last_at=when,
        last_message=MessageId(1_000 + number),
    )
    return replace(row, **more)  # type: ignore[arg-type]


CONVERSATIONS = (
    conversation(
        1,
        "Maya Lindqvist",
        "bluesky",
        "The C2 hand grinder. Is the setting on the bag right? At 18 clicks mine tastes sour 😕",
        ago(minutes=9),
        unread=1,
        messages=5,
        post_title="Grinder guide launch",
        tags=(Tag(TagId("t5"), "Ask", "#3B78C4"),),
    ),
    conversation(
        2,
        "Tomás Ferreira",
        "reddit",
        "Third order that arrived with a torn valve. Photos attached, order 48213",
        ago(minutes=24),
        unread=3,
        messages=12,
        needs_reply=2,
        post_title="Weekly help thread",
        reminder=ago(minutes=4),
        tags=(COMPLAINT,),
        has_attachments=True,
    ),
    conversation(
        3,
        "Giulia Marchetti",
        "youtube",
        "Fareste un video sulla durezza dell’acqua? 🙏☕ Grazie mille!",
        ago(hours=1),
        unread=1,
        post_title="V60 in 4 minuti",
    ),
    conversation(
        4,
        "Jonas Weber",
        "mastodon",
        "Thanks Jonas! We ship to Austria from Monday on, I’ll remind you here",
        ago(hours=2),
        snippet_is_ours=True,
        messages=4,
        needs_reply=0,
        state=State.WAITING,
        tags=(SHIPPING,),
        post_title="Shipping to AT and CH",
    ),
    conversation(
        5,
        "Aiko Tanaka",
        "bluesky",
        "Reposted your brew chart and added Japanese translations 🇯🇵",
        ago(hours=3),
        messages=8,
        post_title="Brew chart",
        tags=(AMBASSADOR,),
        members=("Aiko Tanaka", "Ben Achterberg"),
    ),
    conversation(
        6,
        "Sam O’Connor",
        "email",
        "Could you send the list for two cafés in Cork, with the new Harbor blend?",
        ago(hours=5),
        messages=2,
        kind=Kind.MAIL,
        title="Wholesale price list",
        has_attachments=True,
    ),
    conversation(
        7,
        "coffee_nerd_88",
        "reddit",
        "Honest review after 30 days: grinder is loud but the grind is unreal for the price",
        ago(days=1),
        messages=41,
        kind=Kind.FORUM,
        title="r/tideline: 30 days later",
        tags=(PRAISE,),
    ),
    conversation(
        8,
        "Lena Hoffmann",
        "mastodon",
        "Is the subscription box plastic free now?",
        ago(days=1, hours=3),
        messages=2,
        post_title="Sustainability report",
        reminder=NOW + timedelta(days=2),
    ),
    conversation(
        9,
        "Luca Bianchi",
        "instagram",
        "Il link alla guida non funziona più, potete sistemarlo?",
        ago(days=3),
        messages=3,
        kind=Kind.DIRECT,
        hat=Hat.SOCIAL,
    ),
    conversation(
        10,
        "Hannah Brooks",
        "bluesky",
        "Do you have a store in Portland?",
        ago(days=3, hours=4),
        kind=Kind.MENTION,
        state=State.SNOOZED,
        snoozed_until=NOW + timedelta(days=1),
    ),
    conversation(
        11,
        "Marta Rinaldi",
        "facebook",
        "Arrivato tutto, profumo incredibile ❤️",
        ago(days=9),
        kind=Kind.REVIEW,
        state=State.DONE,
        needs_reply=0,
        messages=2,
        snippet_is_ours=False,
    ),
    conversation(
        12,
        "Olumide Adebayo-Fitzgerald of the Lagos Speciality Coffee Society",
        "discourse",
        "Where do I find the roast dates?",
        ago(days=400),
        kind=Kind.FORUM,
        title="Roast dates",
    ),
)

COUNTS = SidebarCounts(
    by_state={State.OPEN: 24, State.WAITING: 7, State.SNOOZED: 3, State.DONE: 1_204},
    open_by_account=dict(zip((one.id for one in ACCOUNTS), (9, 4, 6, 3, 2), strict=True)),
    open_by_hat={Hat.COMMUNITY: 21, Hat.SOCIAL: 3},
    open_by_tag={COMPLAINT.id: 4, SHIPPING.id: 6, AMBASSADOR.id: 2},
    mine=7,
    unread=5,
    outbox_waiting=1,
    outbox_problems=1,
)
