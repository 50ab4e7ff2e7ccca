"""Real mails of many programs: what is shown at once, what is folded, what is said beside it."""

import pytest

from inbox_app.content.folding import PieceKind, fold_text, split_html
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.content.reading import to_text
from inbox_app.domain.marks import Fate, Seal
from tests.hostile import corpora


@pytest.fixture(scope="module")
def mails() -> dict[str, ParsedMail]:
    read = {name: parse_mail(raw) for name, raw in corpora.mails()}
    return {name: mail for name, mail in read.items() if isinstance(mail, ParsedMail)}


SHOWN_OF_TEXT = {
    "chatmail/allinkl-quote.eml": ("It's 1.0.", [PieceKind.QUOTED]),
    "chatmail/gmx-quote.eml": ("YIPPEEEEEE\nMulti-line", [PieceKind.QUOTED]),
    "chatmail/quote_attach.eml": ("Reply", [PieceKind.QUOTED]),
    "chatmail/mail_with_user_avatar_deleted.eml": (None, [PieceKind.SIGNATURE]),
    "chatmail/mailinglist_chat_message.eml": (None, [PieceKind.SIGNATURE]),
    "mikel/multi_charset/japanese.eml": ("かきくえこ", [PieceKind.SIGNATURE]),
    "stalwart/thirdparty/015.eml": (None, [PieceKind.SIGNATURE]),
}


@pytest.mark.parametrize("name", SHOWN_OF_TEXT)
def test_the_text_is_folded_as_a_reader_would(mails: dict[str, ParsedMail], name: str) -> None:
    shown, folded = SHOWN_OF_TEXT[name]
    pieces = fold_text(mails[name].text)
    assert [one.kind for one in pieces if one.kind is not PieceKind.SAID] == folded
    said = "\n".join(one.content for one in pieces if one.kind is PieceKind.SAID)
    if shown is not None:
        assert said.strip() == shown
    assert "Sent with my Delta Chat" not in said


@pytest.mark.parametrize("name", ["chatmail/allinkl-quote.eml", "chatmail/gmx-quote.eml", "chatmail/wrong-html.eml"])
def test_html_is_folded_like_its_text(mails: dict[str, ParsedMail], name: str) -> None:
    html = mails[name].html
    assert html is not None
    pieces = split_html(html.html)
    assert [one.kind for one in pieces] == [PieceKind.SAID, PieceKind.QUOTED]
    assert "Delta Chat" not in to_text(pieces[0].content)


FAILED = {
    "chatmail/gmail_ndn.eml": "assidhfaaspocwaeofi@gmail.com",
    "chatmail/testrun_ndn.eml": "hcksocnsofoejx@five.chat",
    "chatmail/tiscali_ndn.eml": "shenauithz@testrun.org",
}


@pytest.mark.parametrize("name", FAILED)
def test_delivery_reports_name_who_was_not_reached(mails: dict[str, ParsedMail], name: str) -> None:
    mail = mails[name]
    assert mail.marks.report
    assert mail.reported
    assert all(one.fate is Fate.FAILED for one in mail.deliveries)
    assert [one.address for one in mail.deliveries] == [FAILED[name]]


def test_a_delay_is_no_failure(mails: dict[str, ParsedMail]) -> None:
    fates = {one.fate for one in mails["mikel/multipart_report_emails/report_422.eml"].deliveries}
    assert fates == {Fate.DELAYED}


def test_every_sealed_mail_of_the_corpus_is_said_to_be_so(mails: dict[str, ParsedMail]) -> None:
    sealed = {name for name, mail in mails.items() if mail.marks.encrypted is Seal.PGP}
    assert sealed >= {name for name in mails if name.startswith("chatmail/thunderbird_encrypted")}
    assert sealed


def test_no_word_is_lost_by_folding(mails: dict[str, ParsedMail]) -> None:
    for name, mail in mails.items():
        kept = "\n".join(one.content for one in fold_text(mail.text)).split()
        assert kept == mail.text.split(), name
