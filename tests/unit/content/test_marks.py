"""What a mail is besides its text: appointments, delivery reports, seals, lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.content.appointments import read_meetings
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.content.reports import read_deliveries
from inbox_app.domain.mark_words import meeting_line, sentences_of
from inbox_app.domain.marks import Delivery, Fate, Marks, Meeting, Seal, Standing

INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Rome
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Rome:20261127T120000
DTEND;TZID=Europe/Rome:20261127T133000
SUMMARY:Tasting\\, second
  round
LOCATION:Via Roma 1\\nFirenze
ORGANIZER;CN="Maya, the taster":mailto:maya@example.org
BEGIN:VALARM
SUMMARY:not this
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_one_line_with_its_zone() -> None:
    (meeting,) = read_meetings(INVITATION.replace("\n", "\r\n"))
    assert meeting == Meeting(
        summary="Tasting, second round",
        start="2026-11-27T12:00",
        end="2026-11-27T13:30",
        zone="Europe/Rome",
        place="Via Roma 1 Firenze",
        organizer="Maya, the taster",
        method="REQUEST",
    )
    assert meeting_line(meeting) == (
        "Invitation: Tasting, second round, 2026-11-27 12:00–13:30 (Europe/Rome), at Via Roma 1 Firenze, "
        "from Maya, the taster"
    )


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ("DTSTART:20261127T110000Z\nSUMMARY:Call", "Call, 2026-11-27 11:00 (UTC)"),
        ("DTSTART;VALUE=DATE:20261127\nDTEND;VALUE=DATE:20261129\nSUMMARY:Fair", "Fair, 2026-11-27 – 2026-11-29"),
        ("DTSTART:20261127T230000\nDTEND:20261128T010000\nRRULE:FREQ=WEEKLY", ("Appointment, 2026-11-27 23:00 – "
         "2026-11-28 01:00, repeated")),
        ("DTSTART:20261127T110000Z\nSUMMARY:Call\nSTATUS:CANCELLED", "Cancelled: Call, 2026-11-27 11:00 (UTC)"),
        ("DTSTART:20269999T110000Z\nSUMMARY:Never", "Never, 2026-99-99T11:00"),
    ],
)  # fmt: skip
def test_appointments_of_every_form(event: str, line: str) -> None:
    (meeting,) = read_meetings(f"BEGIN:VEVENT\n{event}\nEND:VEVENT")
    assert meeting_line(meeting) == line


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*INVITATION.splitlines(), "", " x", ":", "A;B=C", "END:VEVENT"]), max_size=40))
def test_no_calendar_is_refused(lines: list[str]) -> None:
    for meeting in read_meetings("\n".join(lines)):
        assert meeting_line(meeting)


STATUS = b"""Reporting-MTA: dns; mx.example.org
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; ben@example.org
Original-Recipient: rfc822;Ben@Example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ben@example.org>:
    no such user

Final-Recipient: rfc822; eva@example.org
Action: delayed
Status: 4.4.1

Action: nonsense
"""


def test_a_report_tells_address_by_address() -> None:
    assert read_deliveries(STATUS.replace(b"\n", b"\r\n")) == read_deliveries(STATUS)
    assert read_deliveries(STATUS) == (
        Delivery("Ben@Example.org", Fate.FAILED, "5.1.1", "550 5.1.1 <ben@example.org>: no such user"),
        Delivery("eva@example.org", Fate.DELAYED, "4.4.1"),
    )


def test_a_report_names_the_mail_it_is_about() -> None:
    raw = (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nSorry.\n--b\n'
        b"Content-Type: message/delivery-status\n\n" + STATUS + b"\n--b\nContent-Type: text/rfc822-headers\n\n"
        b"From: us@example.org\nMessage-ID: <x@y.example>\n\n--b--\n"
    )
    mail = parse_mail(raw)
    assert isinstance(mail, ParsedMail)
    assert (mail.reported, [one.fate for one in mail.deliveries]) == ("x@y.example", [Fate.FAILED, Fate.DELAYED])


@pytest.mark.parametrize(
    ("raw", "encrypted", "signed"),
    [
        (b"Subject: x\n\nplain", None, None),
        (b"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--", Seal.PGP, None),
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx", Seal.SMIME, None),
        (b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx", None, Seal.SMIME),
        ((b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/pgp-signature\n\ny\n"
         b"--b--"), None, Seal.PGP),
        ((b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/x-pkcs7-signature\n"
         b"\ny\n--b--"), None, Seal.SMIME),
        (b"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc", Seal.PGP, None),
        (b"Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhi", None, Seal.PGP),
        (b"Subject: x\n\nhow to write -----BEGIN PGP MESSAGE-----", None, None),
    ],
)  # fmt: skip
def test_seals_are_named(raw: bytes, encrypted: Seal | None, signed: Seal | None) -> None:
    mail = parse_mail(raw)
    assert isinstance(mail, ParsedMail)
    assert (mail.marks.encrypted, mail.marks.signed) == (encrypted, signed)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('"Friends of tea" <tea.example.org>', "Friends of tea"),
        ("<tea.example.org>", "tea.example.org"),
        ("=?utf-8?q?Caff=C3=A8?= <c.example.org>", "Caffè"),
        ("", ""),
    ],
)
def test_a_list_is_called_by_its_name(header: str, name: str) -> None:
    mail = parse_mail(f"List-Id: {header}\n\nx".encode())
    assert isinstance(mail, ParsedMail)
    assert mail.marks.list_name == name


def test_marks_come_back_from_storage_as_they_were() -> None:
    marks = Marks(Seal.PGP, Seal.SMIME, "Tea", True, read_meetings(INVITATION), read_deliveries(STATUS), Standing.HELD)
    assert Marks.from_json(marks.to_json()) == marks
    assert Marks().to_json() == {}


def test_marks_are_said_in_sentences() -> None:
    marks = Marks(Seal.PGP, None, "Tea", True, (), read_deliveries(STATUS))
    failed, delayed, sealed, listed = sentences_of(marks)
    assert failed == (
        "Not delivered to Ben@Example.org: there is no such mailbox. The server said: “550 5.1.1 <ben@example.org>: "
        "no such user”"
    )
    assert delayed == "Not yet delivered to eva@example.org; the server goes on trying."
    assert sealed.startswith("This mail is encrypted with OpenPGP.")
    assert listed == "Sent to the mailing list Tea."
    (machine,) = sentences_of(Marks(automatic=True))
    assert "machine" in machine
    (held,) = sentences_of(Marks(standing=Standing.HELD))
    assert held.startswith("Waits for a moderator")
    assert sentences_of(Marks(standing=Standing.PUBLIC)) == ()
