"""What a mail of ours says in the end: whom it goes to, the account's signature, what it answers or passes on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from inbox_app.content.addresses import parse_addresses
from inbox_app.content.elsewhere import settled
from inbox_app.content.formatting import named_pictures
from inbox_app.content.letter import Original, write_letter
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.recipients import ROLES, Recipient, answer_recipients, bad_addresses, written
from inbox_app.domain.words import Direction, Quoting
from inbox_app.i18n import _
from inbox_app.storage import attachments, messages
from inbox_app.storage.accounts import Account
from inbox_app.storage.drafts import Letter
from inbox_app.storage.outbox import Decision
from inbox_app.storage.transaction import Reading


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that is passed on: its subject, its text to be quoted."""

    original: Original
    subject: str


def recipients_of(message: MessageRow, own: Iterable[str], *, everybody: bool) -> tuple[Recipient, ...]:
    """Who gets the answer to a mail unless the person says otherwise."""
    return answer_recipients(
        (message.author.handle, message.author.name),
        message.recipients,
        frozenset(own),
        ours=message.direction is Direction.OUTGOING,
        everybody=everybody,
    )


def read_recipients(to: str = "", cc: str = "", bcc: str = "") -> tuple[Recipient, ...]:
    """Addresses as a person types them, `Maya <maya@example.org>, ben@example.org`, for each role."""
    return tuple(
        (role, one.address, one.name)
        for role, typed in zip(ROLES, (to, cc, bcc), strict=True)
        for one in parse_addresses(typed)
    )


def check_recipients(recipients: Iterable[Recipient]) -> None:
    """Raise `WrongUse` where the mail could reach nobody, or what is no address."""
    given = tuple(recipients)
    for bad in bad_addresses(given):
        raise WrongUse(_("“{address}” is not an e-mail address. Nothing was sent.").format(address=bad))
    if not given:
        raise WrongUse(_("The mail has no recipient. Add an address."))


def as_answer(
    conn: Reading, me: ColleagueId, account: Account, own: Iterable[str], decided: Decision, letter: Letter
) -> Decision:
    """The reply with its recipients, the signature, and below it what it answers; `own` are all addresses of ours."""
    answered = messages.one(conn, me, decided.target) if decided.target is not None else None
    recipients = letter.recipients
    if recipients is None and answered is not None:
        recipients = recipients_of(answered, own, everybody=letter.everybody)
    check_recipients(recipients or ())
    quotes = account.quoting is Quoting.BELOW if letter.quotes is None else letter.quotes
    original = _original(answered) if quotes and answered is not None else None
    return _lettered(
        conn, account, replace(decided, recipients=recipients or (), sender=letter.sender), letter, original
    )


def as_new(conn: Reading, me: ColleagueId, account: Account, decided: Decision, letter: Letter) -> Decision:
    """A mail that begins a conversation, or passes a message on."""
    recipients = letter.recipients or ()
    check_recipients(recipients)
    original = pass_on(messages.one(conn, me, letter.forwards)).original if letter.forwards is not None else None
    decided = replace(decided, recipients=recipients, title=letter.subject, sender=letter.sender)
    return _lettered(conn, account, decided, letter, original)


def pass_on(message: MessageRow) -> Passed:
    """What is passed on of a message, and under which subject."""
    subject = message.title
    if not subject.lower().startswith(("fwd:", "fw:", "i:")):
        subject = _("Fwd: {subject}").format(subject=subject).strip()
    return Passed(replace(_original(message), forwarded=True), subject)


def last_said(said: Sequence[MessageRow]) -> MessageRow | None:
    """What is answered or passed on where nothing is named: the last from outside that is no delivery report."""
    known = [one for one in said if one.remote_id is not None and one.deleted_at is None]
    people = [one for one in known if not one.marks.deliveries]
    theirs = [one for one in people if one.direction is Direction.INCOMING and not one.context]
    return next(reversed(theirs or people or known), None)


def _original(message: MessageRow) -> Original:
    return Original(
        name=message.author.name,
        address=message.author.handle,
        sent_at=message.sent_at,
        text=message.text,
        html=settled(message.html) if message.html else None,
        subject=message.title,
        to=written(message.recipients, "to"),
        cc=written(message.recipients, "cc"),
    )


def _lettered(
    conn: Reading, account: Account, decided: Decision, letter: Letter, original: Original | None
) -> Decision:
    pictures = _pictures(conn, decided)
    said = write_letter(decided.text, account.signature, original, account.formatting, pictures)
    return replace(
        decided,
        text=said.text,
        html=said.html,
        shown_html=said.shown or None,
        written=decided.text if decided.written is None else decided.written,
        letter=letter.to_json(),
        pictures=pictures if said.html else {},
        files=tuple(replace(one, content_id=pictures.get(one.name, "")) if said.html else one for one in decided.files),
    )


def _pictures(conn: Reading, decided: Decision) -> dict[str, str]:
    """The pictures among the files that stand in the text, each under an id of its own."""
    kept = () if decided.draft is None else attachments.of_draft(conn, decided.draft)
    files = [(one.name, one.media_type) for one in kept] + [(one.name, one.media_type) for one in decided.files]
    pictures = {name for name, media_type in files if media_type.startswith("image/")}
    named = sorted(named_pictures(decided.text) & pictures)
    return {name: f"{uuid.uuid4().hex}@{place}.picture" for place, name in enumerate(named)}
