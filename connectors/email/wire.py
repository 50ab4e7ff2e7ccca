"""From fetched and parsed mails to the contract's values; pure.

A mail's identity is its Message-ID; without one, or with one of ours on somebody else's mail, it is a hash of its
bytes. Folder and UID are only where it lies.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.email.compose import MISSING_ID
from connectors.email.mailbox import Fetched
from inbox_app.content.caps import MAIL_BYTES
from inbox_app.content.parsed import Attachment, Mailbox, ParsedMail, Unparsable
from inbox_app.contract.remote import Location, RemoteAttachment, RemoteAuthor, RemoteMessage, RemoteRecipient
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import Fate, Marks
from inbox_app.domain.recipients import REPLY_TO
from inbox_app.domain.words import Direction, Kind

_DELIVERED = re.compile(rb"^(received|delivered-to|return-path)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BULK = frozenset({"bulk", "list", "junk"})


@dataclass(frozen=True, slots=True)
class Own:
    """What in a mail means us."""

    addresses: frozenset[str]
    domain: str
    sent: frozenset[str] | None = None
    """The folders that only we fill; None where a From line is believed, as in an archive of the past."""

    def key_of(self, message_id: str) -> str | None:
        """The key of the act from which we made this Message-ID, if we did."""
        match = re.fullmatch(r"([0-9a-f]{32})@(.+)", message_id)
        return match[1] if match and match[2].lower() == self.domain else None


def to_message(fetched: Fetched, mail: ParsedMail | Unparsable, own: Own, *, history: bool) -> RemoteMessage:
    """The mail as a message; one that could not be read keeps its bytes and says so in a sentence."""
    if isinstance(mail, Unparsable):
        return _unread(fetched, history=history)
    by_form = is_from_a_form(mail, own)
    from_us = not by_form and any(sender.address.lower() in own.addresses for sender in mail.sender)
    outgoing = from_us and is_ours_for_sure(fetched, own)
    borrowed = mail.message_id is not None and not from_us and own.key_of(mail.message_id) is not None
    remote_id = mail.message_id if mail.message_id and not borrowed else _name_of(fetched)
    # Its Message-ID still leads here: a colleague at the same domain makes ids of this very form, and is answered.
    claimed = (mail.message_id,) if mail.message_id and borrowed else ()
    reported = (mail.reported,) if mail.reported and mail.deliveries and not outgoing else ()
    message = RemoteMessage(
        remote_id=remote_id,
        kind=Kind.MAIL,
        keys=tuple(dict.fromkeys((remote_id, *claimed, *reported, *mail.references, *mail.in_reply_to))),
        author=_author(mail.reply_to if by_form else mail.sender),
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        sent_at=mail.date or fetched.at,
        text=mail.text,
        parent=next((one for one in reported if one != remote_id), None) or _parent(mail, remote_id),
        title=mail.subject,
        html=mail.html.html or None if mail.html else None,
        attachments=tuple(_attachment(one) for one in mail.attachments),
        recipients=tuple(_recipients(mail)),
        location=_location(fetched),
        raw=fetched.raw,
        key=own.key_of(remote_id) if from_us else None,
        needs_work=outgoing or asks_us(mail, own),
        history=history,
        copy_key=mail.message_id,
        extra=_extra(mail, claimed),
        marks=marks_of(mail),
        claims_us=from_us and not outgoing,
    )
    return message if fetched.whole else _without_body(message, fetched)


def is_ours_for_sure(fetched: Fetched, own: Own) -> bool:
    """Whether a mail in our name was put where it lies by a program of ours: anybody can write a From line.

    What was delivered bears at least the Received line of our own server, which no sender can keep away. So without one
    it was stored by whoever can sign in, and so was what lies among the sent mail, whatever lines it bears.
    https://www.rfc-editor.org/rfc/rfc5321#section-4.4
    """
    if own.sent is None or fetched.folder in own.sent:
        return True
    return _DELIVERED.search(header_part(fetched.raw)) is None


def is_from_a_form(mail: ParsedMail, own: Own) -> bool:
    """Whether a form on our own site wrote it in our name: from us and to us alone, to be answered to somebody else."""
    wrote, to = mail.sender, (*mail.to, *mail.cc, *mail.bcc)
    if not (wrote and to and all(one.address.lower() in own.addresses for one in (*wrote, *to))):
        return False
    made_here = mail.message_id is not None and own.key_of(mail.message_id) is not None
    return not made_here and any(one.address and one.address.lower() not in own.addresses for one in mail.reply_to)


def asks_us(mail: ParsedMail, own: Own) -> bool:
    """Whether somebody may wait for an answer.

    An automatic answer never does, and a delivery report only when it says that a mail of ours did not arrive. What
    goes to a list or in bulk does only when it answers a mail of ours: whoever reads lists would otherwise have
    hundreds of mails "to answer" a day.
    """
    marks = mail.marks
    if mail.reported and own.key_of(mail.reported) and any(one.fate is Fate.FAILED for one in mail.deliveries):
        return True
    if is_automatic(mail):
        return False
    if not marks.list_id and marks.precedence.strip().lower() not in _BULK:
        return True
    return any(own.key_of(one) for one in (*mail.in_reply_to, *mail.references))


def is_automatic(mail: ParsedMail) -> bool:
    """Whether a machine wrote it by itself, so that no machine may answer. https://www.rfc-editor.org/rfc/rfc3834"""
    return mail.marks.report or mail.marks.auto_submitted.lower().partition(";")[0].strip() not in ("", "no")


def marks_of(mail: ParsedMail) -> Marks:
    """What is to be known of a mail besides its text."""
    return Marks(
        encrypted=mail.marks.encrypted,
        signed=mail.marks.signed,
        mailing_list=mail.marks.list_name,
        automatic=is_automatic(mail),
        meetings=mail.meetings,
        deliveries=mail.deliveries,
    )


def header_part(raw: bytes) -> bytes:
    """The headers alone, for a second try at a mail whose body cannot be read."""
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, _rest = raw.partition(end)
        if found:
            return head + end
    return raw


def with_headers_only(fetched: Fetched, headers: ParsedMail, own: Own, *, history: bool) -> RemoteMessage:
    """A mail whose headers could be read and whose body could not; its identity and its bytes are the mail's own."""
    message = to_message(replace(fetched, whole=True), headers, own, history=history)
    if headers.message_id is None:
        message = replace(message, remote_id=_name_of(fetched), keys=(_name_of(fetched), *message.keys[1:]))
    return replace(message, text=_unreadable_sentence(), html=None, attachments=())


def _unread(fetched: Fetched, *, history: bool) -> RemoteMessage:
    remote_id = _name_of(fetched)
    return RemoteMessage(
        remote_id=remote_id,
        kind=Kind.MAIL,
        keys=(remote_id,),
        author=_author(()),
        direction=Direction.INCOMING,
        sent_at=fetched.at,
        text=_unreadable_sentence(),
        location=_location(fetched),
        raw=fetched.raw,
        history=history,
    )


def _without_body(message: RemoteMessage, fetched: Fetched) -> RemoteMessage:
    mebibytes = max(1, round(fetched.size / 2**20))
    if fetched.size > MAIL_BYTES:
        text = _(
            "This mail is {size} MiB large, more than is loaded here. Only its headers are; "
            "open it in your mail program."
        )
    else:
        text = _("This mail is {size} MiB large, much for this line. Its headers are here, the rest follows.")
    text = text.format(size=mebibytes)
    return replace(message, text=text, html=None, attachments=(), raw=None)


def _unreadable_sentence() -> str:
    return _("This mail could not be read safely. It is kept as it came; export it to open it in another program.")


def _name_of(fetched: Fetched) -> str:
    return _hash(header_part(fetched.raw) if fetched.late else fetched.raw)


def _hash(raw: bytes) -> str:
    return MISSING_ID + hashlib.sha256(raw).hexdigest()


def _parent(mail: ParsedMail, remote_id: str) -> str | None:
    """In-Reply-To, or the last reference; a mail that names itself has no parent."""
    named = (*mail.in_reply_to[:1], *mail.references[-1:])
    return next((one for one in named if one != remote_id), None)


def _author(senders: Iterable[Mailbox]) -> RemoteAuthor:
    sender = next((one for one in senders if one.address), None)
    if sender is None:
        return RemoteAuthor(remote_id="unknown", handle="", name=_("Unknown sender"))
    return RemoteAuthor(remote_id=sender.address.lower(), handle=sender.address, name=sender.name)


def _recipients(mail: ParsedMail) -> Iterable[RemoteRecipient]:
    for role, mailboxes in (("to", mail.to), ("cc", mail.cc), ("bcc", mail.bcc), (REPLY_TO, mail.reply_to)):
        for one in mailboxes:
            if one.address:
                yield RemoteRecipient(role, one.address, one.name)


def _attachment(one: Attachment) -> RemoteAttachment:
    return RemoteAttachment(
        remote_id=str(one.part),
        name=one.name,
        # A mail inside a mail is read as one, though its bytes look like any text.
        media_type=one.declared if one.declared == "message/rfc822" else one.sniffed or one.declared,
        size=one.size,
        content_id=one.content_id or "",
        inline=one.inline,
        part=one.part,
    )


def _location(fetched: Fetched) -> Location:
    return Location(fetched.folder, fetched.validity, fetched.uid)


def _extra(mail: ParsedMail, claimed: Iterable[str]) -> JsonObject | None:
    """What a reply needs again: where answers are wanted, the references in their order, and an id of this form."""
    wanted = [one.address for one in mail.reply_to if one.address]
    references = list(dict.fromkeys((*mail.references, *([] if mail.references else mail.in_reply_to))))
    extra: JsonObject = {}
    if wanted:
        extra["reply_to"] = list(wanted)
    if references:
        extra["references"] = list(references)
    for message_id in claimed:
        extra["message_id"] = message_id
    return extra or None
