"""Mails become what their senders meant."""

from datetime import UTC, datetime

import pytest

from inbox_app.content import caps
from inbox_app.content.mime import extract, parse_mail
from inbox_app.content.parsed import Defect, Extracted, Mailbox, ParsedMail


def parse(text: str) -> ParsedMail:
    mail = parse_mail(text.replace("\n", "\r\n").encode())
    assert isinstance(mail, ParsedMail)
    return mail


def multipart(kind: str, *parts: str) -> str:
    return f"Content-Type: multipart/{kind}; boundary=x\n\n" + "".join(f"--x\n{part}\n" for part in parts) + "--x--\n"


TEXT = "Content-Type: text/plain\n\nplain"
HTML = "Content-Type: text/html\n\n<p>rich <script>x()</script></p>"


def test_a_plain_mail() -> None:
    mail = parse(
        "Message-ID: <1@example.com>\nDate: Sun, 22 Nov 2026 10:45:00 +0100\nFrom: Ann <ann@example.com>\n"
        'To: ben@example.org, "Doe, Jo" <jo@example.org>\nSubject: Hello\n there\n\nBody\nline\n'
    )
    assert mail.message_id == "1@example.com"
    assert mail.date == datetime(2026, 11, 22, 9, 45, tzinfo=UTC)
    assert mail.sender == (Mailbox("Ann", "ann@example.com"),)
    assert mail.to == (Mailbox("", "ben@example.org"), Mailbox("Doe, Jo", "jo@example.org"))
    assert (mail.subject, mail.text, mail.html, mail.defects) == ("Hello there", "Body\nline", None, ())


def test_of_alternatives_both_kinds_are_kept() -> None:
    mail = parse(multipart("alternative", TEXT, HTML))
    assert mail.text == "plain"
    assert mail.html is not None
    assert mail.html.html == "<p>rich </p>"
    assert mail.html_raw is not None
    assert "script" in mail.html_raw
    assert mail.attachments == ()


def test_the_last_alternative_of_a_kind_counts() -> None:
    mail = parse(multipart("alternative", TEXT, TEXT.replace("plain", "PLAIN").replace("text/PLAIN", "text/plain")))
    assert mail.text == "PLAIN"


def test_texts_beside_each_other_are_joined() -> None:
    assert parse(multipart("mixed", TEXT, TEXT)).text == "plain\n\nplain"


def test_only_html_gives_its_text_too() -> None:
    mail = parse(HTML)
    assert mail.text == "rich"


def test_a_calendar_beside_texts_is_a_file() -> None:
    mail = parse(multipart("alternative", TEXT, HTML, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"))
    assert mail.meetings == ()
    (calendar,) = mail.attachments
    assert (calendar.declared, calendar.sniffed) == ("text/calendar", "text/calendar")


def test_an_inline_picture_is_found_by_its_id() -> None:
    picture = "Content-Type: image/png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    html = 'Content-Type: text/html\n\n<img src="cid:logo@x">'
    mail = parse(multipart("related", html, picture))
    (attachment,) = mail.attachments
    assert (attachment.content_id, attachment.inline, attachment.sniffed) == ("logo@x", True, "image/png")
    assert mail.html is not None
    assert mail.html.html == '<img src="cid:logo@x">'


def test_a_forwarded_mail_is_an_attachment_named_by_its_subject() -> None:
    inner = "Content-Type: message/rfc822\n\nSubject: =?utf-8?q?Sch=C3=B6n?= 1/2\n\n" + multipart("mixed", TEXT)
    raw = multipart("mixed", TEXT, inner.replace("boundary=x", "boundary=y").replace("--x", "--y"))
    mail = parse(raw)
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.declared) == ("Schön 1_2.eml", "message/rfc822")
    extracted = extract(raw.encode(), attachment.part)
    assert isinstance(extracted, Extracted)
    assert extracted.data.startswith(b"Subject: =?utf-8?q?Sch")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf; size=3", "a.pdf"),
        ("attachment; filename*=utf-8''%C3%A4%27.pdf", "ä'.pdf"),
        ("attachment; filename*0=long; filename*1=-name.pdf", "long-name.pdf"),
        ("attachment; filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=.pdf", "ä.pdf"),
        ("attachment; filename*1*=b; filename*0*=windows-1252''%E4", "äb"),
        ('attachment; filename="=?utf-8?B?w6QucGRm?="', "ä.pdf"),
        ("attachment; filename==?iso-8859-1?Q?=E4=2Epdf?=", "ä.pdf"),
        ('attachment; filename="..\\\\..\\\\evil.exe"', "evil.exe"),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ("attachment", "attachment-0.pdf"),
    ],
)
def test_file_names(header: str, name: str) -> None:
    mail = parse(f"Content-Type: application/pdf\nContent-Disposition: {header}\n\nx")
    assert [each.name for each in mail.attachments] == [name]


def test_ids_of_a_thread() -> None:
    mail = parse(
        "Message-ID: <1@x> (comment)\nIn-Reply-To: Your message <0@x>\n"
        "References: <a@x><b@x> garbage <a@x>\n\t<c\n @x> <>\n\n"
    )
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("1@x", ("0@x",), ("a@x", "b@x", "c@x"))


def test_ids_without_brackets_are_taken_when_they_look_like_ids() -> None:
    mail = parse("In-Reply-To: a@x b@x\nReferences: nothing here\n\n")
    assert (mail.message_id, mail.in_reply_to, mail.references) == (None, ("a@x", "b@x"), ())


def test_of_too_many_references_the_first_and_newest_stay() -> None:
    mail = parse("References: " + " ".join(f"<{n}@x>" for n in range(1_000)) + "\n\n")
    assert len(mail.references) == caps.REFERENCES
    assert (mail.references[0], mail.references[-1]) == ("0@x", "999@x")


def test_machines_lists_and_reports_are_marked() -> None:
    mail = parse("Auto-Submitted: auto-replied; x\nPrecedence: Bulk\nList-Id: A list <l.example.com>\n\n")
    assert (mail.marks.auto_submitted, mail.marks.precedence) == ("auto-replied", "bulk")
    assert mail.marks.list_id == "A list <l.example.com>"
    report = multipart(
        "report; report-type=delivery-status", TEXT, "Content-Type: message/delivery-status\n\nStatus: 5"
    )
    assert parse(report).marks.report
    assert not mail.marks.report
    assert parse(multipart("signed", TEXT, "Content-Type: application/pgp-signature\n\nx")).marks.signed
    sealed = multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", TEXT)
    assert parse(sealed).marks.encrypted


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1\n\n\x93caf\xe9\x94", "“café”"),
        (b"Content-Type: text/plain; charset=us-ascii\n\ncaf\xc3\xa9", "café"),
        (b"\ncaf\xc3\xa9", "café"),
        (b"Content-Type: text/plain; charset=ks_c_5601-1987\n\n\xb0\xa1", "가"),
        (b"Content-Type: text/plain; charset=gb2312\n\n\xc4\xe3", "你"),
        (b'Content-Type: text/plain; charset="Windows-1251"\n\n\xcf\xf0\xe8', "При"),
        (b"Content-Type: text/plain; charset=utf-7\n\n+AOk-", "é"),
        (b"Content-Type: text/plain; charset=zlib\n\nabc", "abc"),
        (b"Content-Transfer-Encoding: quoted-printable\n\na=C3=A9=\nb", "aéb"),
        (b"Content-Transfer-Encoding: base64\n\nw6\n k*=", "é"),
        (b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n", "abc"),
        (b"Content-Type: text/plain; format=flowed\n\na \nb\n> c \n> d\n-- \nx", "a b\n> c d\n-- \nx"),
        (b"Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb", "ab"),
        (b"Subject: x\r\rold \x00Mac", "old Mac"),
    ],
)
def test_bodies_of_any_make(raw: bytes, text: str) -> None:
    mail = parse_mail(raw)
    assert isinstance(mail, ParsedMail)
    assert mail.text == text


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?q?a_=C3?= =?utf-8?q?=A4?=", "a ä"),
        (b"=?utf-8?b?w6Q=?==?iso-8859-1?q?=E4?= x", "ää x"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"=?nope?q?=E4?=", "ä"),
        (b"=?utf-8?x?abc?= =?utf-8?q?broken", "=?utf-8?x?abc?= =?utf-8?q?broken"),
        (b"=?utf-8*en?q?a?=", "a"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        (b"=?iso-8859-1?q?caf\xe9?=", "café"),
        (b"=?utf-8?q?a=0D=0ABcc:_x=00?=", "a Bcc: x"),
        ("\u202eevil".encode(), "evil"),
    ],
)
def test_subjects_of_any_make(raw: bytes, subject: str) -> None:
    mail = parse_mail(b"Subject: " + raw + b"\n\n")
    assert isinstance(mail, ParsedMail)
    assert mail.subject == subject


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("Ann Lee <ann@x>", [("Ann Lee", "ann@x")]),
        ("ann@x (Ann (the) Lee)", [("Ann (the) Lee", "ann@x")]),
        ("Team: a@x, B <b@x>;, c@x", [("", "a@x"), ("B", "b@x"), ("", "c@x")]),
        ('"a\\"b, c" <d@x>', [('a"b, c', "d@x")]),
        ("=?utf-8?q?M=C3=BCller=2C_Jo?= <jo@x>", [("Müller, Jo", "jo@x")]),
        ("<@r1,@r2:a@x>", [("", "a@x")]),
        ("Postmaster", [("Postmaster", "")]),
        ("undisclosed-recipients:;", []),
        ("Ann <ann@x, Ben <ben@x>", [("Ann", "ann@x"), ("Ben", "ben@x")]),
        ("'ann@x' <ann@x>", [("", "ann@x")]),
        ("a@x\x00\u202e", [("", "a@x")]),
    ],
)
def test_addresses_of_any_make(text: str, boxes: list[tuple[str, str]]) -> None:
    assert [(box.name, box.address) for box in parse(f"To: {text}\n\n").to] == boxes


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 22 Nov 2026 10:45:00 +0100", datetime(2026, 11, 22, 9, 45, tzinfo=UTC)),
        ("22 Nov 26 10:45 EST", datetime(2026, 11, 22, 15, 45, tzinfo=UTC)),
        ("Fri Nov 21 09:55:06 1997", datetime(1997, 11, 21, 9, 55, 6, tzinfo=UTC)),
        ("2026-11-22T10:45:00Z", datetime(2026, 11, 22, 10, 45, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 23:59:60 +0000 (UTC)", datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)),
        ("Sun, 31 Dec 9999 23:59:59 -2359", None),
        ("Sun, 1 Jan 0000 00:00:00", None),
        ("32 Foo 2026 25:61:00", None),
        ("yesterday", None),
    ],
)
def test_dates_of_any_make(text: str, moment: datetime | None) -> None:
    mail = parse(f"Date: {text}\n\n")
    assert mail.date == moment
    assert (Defect.BAD_DATE in mail.defects) == (moment is None)


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"Subject: x\nno field here\n\nbody", Defect.HEADERS_BROKEN),
        (b"Content-Type: multipart/mixed\n\nbody", Defect.NO_BOUNDARY),
        (b"Subject: " + b"x" * (caps.HEADER_BYTES + 1) + b"\n\nbody", Defect.HEADERS_TOO_LARGE),
        (b"To: " + b"a@b," * (caps.ADDRESSES + 1) + b"\n\nbody", Defect.TOO_MANY_ADDRESSES),
        (b"Content-Transfer-Encoding: weird\n\nbody", Defect.BAD_ENCODING),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_read(raw: bytes, defect: Defect) -> None:
    mail = parse_mail(raw)
    assert isinstance(mail, ParsedMail)
    assert defect in mail.defects
    assert "body" in mail.text


def test_the_line_of_an_mbox_is_no_header() -> None:
    assert parse("From ann@x Sun Nov 22 10:45:00 2026\nSubject: x\n\nbody").subject == "x"


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r", b"\x00", b":", b"\xff" * 100, b"Subject:", b" x\n y"])
def test_almost_nothing_is_a_mail_too(raw: bytes) -> None:
    assert isinstance(parse_mail(raw), ParsedMail)
