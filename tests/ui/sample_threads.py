"""Pretty threads in memory: nested comments under a post, every mark a message can bear, a mail, an abyss."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.ids import (
    ConversationId,
    HandleId,
    MemberId,
    MessageId,
    NoteId,
    OutboxId,
    PostId,
)
from inbox_app.domain.inbox import (
    AttachmentRow,
    AuthorRow,
    MessageRow,
    NoteRow,
    OutboxRow,
    PostRow,
    Thread,
)
from inbox_app.domain.words import (
    Action,
    Direction,
    MessageState,
    OutboxState,
)
from tests.ui.sample import ACCOUNTS, CONVERSATIONS, NOW, ago

ALL_ABLE = Abilities(dict.fromkeys(Action, YES))


POST = PostRow(
    id=PostId("p1"),
    account=ACCOUNTS[0].id,
    title="",
    text="New on the blog: one page with grinder settings for all nine of our coffees. "
    "Print it, stick it on the cupboard, thank us later ☕",
    author="Tideline Coffee",
    url="https://blog.example/grinder-guide",
    picture_url="",
    published_at=ago(days=2),
    comment_count=18,
    reaction_count=214,
    deleted=False,
)


def person(name: str, *, ours: bool = False) -> AuthorRow:
    handle = "@" + name.lower().replace(" ", ".") + ".example"
    return AuthorRow(HandleId(f"h:{name}"), handle, name, None if ours else MemberId(f"m:{name}"))


def message(
    number: int,
    name: str,
    text: str,
    when: datetime,
    *,
    parent: int | None = None,
    depth: int = 0,
    ours: bool = False,
    **more: object,
) -> MessageRow:
    row = MessageRow(
        id=MessageId(number),
        conversation=ConversationId("c1"),
        parent=None if parent is None else MessageId(parent),
        depth=depth,
        remote_id=f"r{number}",
        author=person(name, ours=ours),
        direction=Direction.OUTGOING if ours else Direction.INCOMING,
        state=MessageState.DELIVERED if ours else MessageState.RECEIVED,
        sent_at=when,
        edited_at=None,
        deleted_at=None,
        hidden=False,
        context=False,
        needs_reply=False,
        unread=False,
        title="",
        text=text,
        html=None,
        url="",
        recipients=(),
        attachments=(),
        reactions=(),
        abilities=ALL_ABLE,
        outbox=None,
    )
    return replace(row, **more)  # type: ignore[arg-type]


def sending(number: int, state: OutboxState, error: str = "") -> OutboxRow:
    return OutboxRow(
        OutboxId(f"o{number}"),
        ACCOUNTS[0].id,
        ConversationId("c1"),
        MessageId(number),
        "reply",
        state,
        "",
        1,
        NOW,
        datetime.now(UTC) + timedelta(seconds=24),
        None,
        error,
        None,
    )


PHOTO = AttachmentRow("a1", "torn-valve.jpg", "image/jpeg", 1_482_113, "A torn valve", "", inline=False, stored=True)
INVOICE = AttachmentRow("a2", "Fattura 2026-118.pdf", "application/pdf", 88_213, "", "", inline=False, stored=False)

COMMENTS = (
    message(
        1,
        "Maya Lindqvist",
        "Loving the new Harbor blend! Printed the page straight away.",
        ago(hours=2),
        reactions=(("❤️", 6),),
    ),
    message(
        2,
        "Tideline Coffee",
        "So glad, Maya! Which grinder do you use at home?",
        ago(minutes=100),
        parent=1,
        depth=1,
        ours=True,
        reactions=(("❤️", 1),),
    ),
    message(
        3,
        "Maya Lindqvist",
        "The C2 hand grinder. Is the setting on the bag right? At 18 clicks mine tastes sour 😕",
        ago(minutes=9),
        parent=2,
        depth=2,
        needs_reply=True,
        unread=True,
    ),
    message(
        4,
        "Ben Achterberg",
        "Had the same on a C2, went down to 15 and it was lovely. It is on https://brews.example/c2 if it helps.",
        ago(minutes=31),
        parent=1,
        depth=1,
        reactions=(("👍", 3),),
        edited_at=ago(minutes=20),
    ),
)

NOTES = (
    NoteRow(
        NoteId("n1"),
        "Noor Haddad",
        "Roastery says bag label has a misprint for hand grinders: 14 to 15 is right. Reprint next week.",
        False,
        ago(minutes=5),
        None,
        ConversationId("c1"),
    ),
    NoteRow(
        NoteId("n2"),
        "Noor Haddad",
        "Runs the Gothenburg brew meetup. Prefers light roasts, asked twice about compostable bags.",
        True,
        ago(days=50),
        MemberId("m:Maya Lindqvist"),
        None,
    ),
)

THREAD = Thread(
    row=CONVERSATIONS[0],
    account=ACCOUNTS[0],
    post=POST,
    messages=COMMENTS,
    notes=NOTES,
    abilities=ALL_ABLE,
    reply_until=None,
    earlier=False,
)

HIDDEN_WHY = Abilities({Action.REPLY: Ability(False, "This channel takes no replies to hidden comments.")})


def every_state() -> Thread:
    """A thread in which each mark that a message can bear occurs."""
    return replace(
        THREAD,
        earlier=True,
        messages=(
            *COMMENTS,
            message(
                5,
                "Rude Person",
                "You are all thieves!!",
                ago(minutes=30),
                parent=1,
                depth=1,
                hidden=True,
                abilities=HIDDEN_WHY,
            ),
            message(
                6, "Ada Gone", "Original words, kept.", ago(minutes=29), parent=5, depth=2, deleted_at=ago(minutes=3)
            ),
            message(7, "Tomás Ferreira", "Here are the photos.", ago(minutes=28), attachments=(PHOTO, INVOICE)),
            message(
                8,
                "Tideline Coffee",
                "Thank you, we will send a new bag today.",
                NOW,
                parent=7,
                depth=1,
                ours=True,
                state=MessageState.QUEUED,
                outbox=sending(8, OutboxState.QUEUED),
            ),
            message(
                9,
                "Tideline Coffee",
                "Is the valve torn at the seam?",
                NOW,
                parent=7,
                depth=1,
                ours=True,
                state=MessageState.FAILED,
                outbox=sending(9, OutboxState.FAILED, "The channel refused it: replies are limited to 300 characters."),
            ),
            message(
                10,
                "Tideline Coffee",
                "We found the reason: a bad batch.",
                NOW,
                parent=7,
                depth=1,
                ours=True,
                state=MessageState.UNCONFIRMED,
                outbox=sending(10, OutboxState.UNCONFIRMED),
            ),
        ),
    )


def deep(levels: int) -> Thread:
    """A thread in which every message answers the one before."""
    names = ("Maya Lindqvist", "Ben Achterberg", "Giulia Marchetti")
    said = tuple(
        message(n + 1, names[n % 3], f"Answer on level {n}.", ago(minutes=99 - n), parent=n or None, depth=n)
        for n in range(levels)
    )
    return replace(THREAD, messages=said, notes=())


def mail() -> Thread:
    """A mail thread with HTML, quotes and files."""
    html = (
        "<p>Hello Tideline,</p><p>could you send the <b>wholesale list</b> for two cafés in Cork?</p>"
        "<ul><li>Harbor blend, 20 kg a month</li><li>Decaf, 5 kg</li></ul>"
        '<p>Our site: <a href="https://cork-cafes.example/about">cork-cafes.example</a> and '
        '<a href="https://evil.example/x">www.tideline.coffee</a></p>'
        "<table><tr><th>Café</th><th>kg</th></tr><tr><td>Harbour Street</td><td>12</td></tr></table>"
        "<blockquote>On Monday you wrote: we would love to work with you.</blockquote>"
    )
    first = message(
        21,
        "Sam O’Connor",
        "Hello Tideline, could you send the wholesale list?",
        ago(hours=6),
        html=html,
        title="Wholesale price list",
        recipients=(("to", "hello@tideline.coffee", "Tideline"), ("cc", "ann@cork.example", "Ann")),
        attachments=(INVOICE,),
    )
    answer = message(
        22,
        "Tideline Coffee",
        "Dear Sam,\n\nof course! The list is attached.\n\nWarmly\nNoor\n\n> could you send the wholesale list?",
        ago(hours=5),
        ours=True,
    )
    again = message(23, "Sam O’Connor", "Perfect, thank you. When could you deliver?", ago(hours=1), needs_reply=True)
    return replace(
        THREAD, row=CONVERSATIONS[5], account=ACCOUNTS[4], post=None, messages=(first, answer, again), notes=()
    )
