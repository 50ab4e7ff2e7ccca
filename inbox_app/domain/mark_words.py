"""What a message's marks say, as sentences for the window and the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from inbox_app.domain.marks import Delivery, Fate, Marks, Meeting, Seal, Standing
from inbox_app.i18n import _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


def sentences_of(marks: Marks) -> tuple[str, ...]:
    """One sentence a mark, the most important first."""
    return tuple(_sentences(marks))


def failure_sentences(failures: Iterable[Delivery]) -> tuple[str, ...]:
    """For each address that a mail of ours did not reach, that and why."""
    return tuple(dict.fromkeys(map(_delivery_sentence, failures)))


def meeting_line(meeting: Meeting) -> str:
    """An appointment in one line: what, when and in which zone, where, and who invites."""
    parts = [meeting.summary or _("Appointment"), _span(meeting)]
    if meeting.repeats:
        parts.append(_("repeated"))
    if meeting.place:
        parts.append(_("at {place}").format(place=meeting.place))
    if meeting.organizer:
        parts.append(_("from {name}").format(name=meeting.organizer))
    return str(_METHODS.get(meeting.method, "{what}")).format(what=", ".join(filter(None, parts)))


_METHODS = {
    "REQUEST": N_("Invitation: {what}"),
    "CANCEL": N_("Cancelled: {what}"),
    "REPLY": N_("Answer to an invitation: {what}"),
    "COUNTER": N_("Another time is proposed: {what}"),
}


def _sentences(marks: Marks) -> Iterator[str]:
    yield from failure_sentences(marks.deliveries)
    if marks.standing in _STANDINGS:
        yield str(_STANDINGS[marks.standing])
    if marks.encrypted is not None:
        yield _(
            "This mail is encrypted with {how}. It cannot be opened here: save the mail and open it where your key is."
        ).format(how=_HOW[marks.encrypted])
    for meeting in marks.meetings:
        yield meeting_line(meeting)
    if marks.signed is not None:
        yield _("Signed with {how}; the signature is not checked here.").format(how=_HOW[marks.signed])
    if marks.mailing_list:
        yield _("Sent to the mailing list {name}.").format(name=marks.mailing_list)
    if marks.automatic and not marks.deliveries:
        yield _("Written by a machine: an answer may reach nobody.")


_STANDINGS = {
    Standing.HELD: N_("Waits for a moderator: nobody else sees it before it is approved."),
    Standing.SPAM: N_("Marked as spam: only moderators see it."),
    Standing.TRASH: N_("In the trash: only moderators see it, until the site empties it."),
}
_HOW = {Seal.PGP: "OpenPGP", Seal.SMIME: "S/MIME"}


def _delivery_sentence(one: Delivery) -> str:
    who = one.address or _("an address that is not named")
    match one.fate:
        case Fate.FAILED:
            said = _("Not delivered to {address}: {why}").format(address=who, why=_why(one))
        case Fate.DELAYED:
            said = _("Not yet delivered to {address}; the server goes on trying.").format(address=who)
        case Fate.DELIVERED:
            said = _("Delivered to {address}.").format(address=who)
        case _:
            said = _("Passed on to {address}; its server sends no receipts.").format(address=who)
    return said


def _why(one: Delivery) -> str:
    subject = one.status[2:3] if one.status.startswith("5.") else ""
    known = str(_REASONS.get(one.status) or _SUBJECTS.get(subject) or "")
    if known and one.said:
        return _("{why} The server said: “{words}”").format(why=known, words=one.said)
    if one.said:
        return _("the server said: “{words}”").format(words=one.said)
    return known or _("the server gave no reason.")


_REASONS = {
    "5.1.1": N_("there is no such mailbox."),
    "5.1.2": N_("there is no such domain."),
    "5.1.3": N_("the address is not written correctly."),
    "5.1.10": N_("the domain takes no mail."),
    "5.2.1": N_("the mailbox is switched off."),
    "5.2.2": N_("the mailbox is full."),
    "5.2.3": N_("the mail is too large for the mailbox."),
    "5.3.4": N_("the mail is too large for the server."),
    "5.4.4": N_("no server was found for the domain."),
    "5.4.6": N_("the mail went round in circles."),
    "5.4.7": N_("the server could not be reached in time."),
    "5.7.1": N_("the server refused it."),
}
"""The status codes one meets (https://www.rfc-editor.org/rfc/rfc3463#section-3)."""
_SUBJECTS = {
    "1": N_("the address does not work."),
    "2": N_("the mailbox takes nothing."),
    "3": N_("the server there failed."),
    "4": N_("the server could not be reached."),
    "7": N_("the server refused it."),
}


def _span(meeting: Meeting) -> str:
    start, end = _moment(meeting.start), _moment(meeting.end)
    if start is None:
        return meeting.start
    if not isinstance(start, datetime):
        last = "" if end is None or end <= start else f" – {end:%Y-%m-%d}"
        return f"{start:%Y-%m-%d}{last}"
    said = f"{start:%Y-%m-%d %H:%M}"
    if isinstance(end, datetime) and end > start:
        said += f"–{end:%H:%M}" if end.date() == start.date() else f" – {end:%Y-%m-%d %H:%M}"
    return f"{said} ({meeting.zone})" if meeting.zone else said


def _moment(text: str) -> datetime | date | None:
    """A date, or a moment on the meeting's own clock."""
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None
