"""Mail archives with what real ones have in them: flags, deleted mails, strange files, and whose they are."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.email import archive_files
from connectors.email.archive import MailArchive
from inbox_app.contract.archive import NoArchive, Skipped
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.words import Direction
from tests.connectors.email.mails import mail
from tests.contract.archive_tests import messages, read
from tests.contract.stage import Lent

SIGN = b"From somebody Fri Jul  8 12:08:34 2011\n"
Open = Callable[[str, Path], MailArchive]


@pytest.fixture
def opened(lent: Lent) -> Open:
    return lambda kind, path: MailArchive(lent.host({}, {}), kind, path)


async def all_of(archive: MailArchive, own: str = "we@example.org") -> tuple[list[RemoteMessage], list[Skipped]]:
    batches = await read(archive, None, own)
    return messages(batches), [one for batch in batches for one in batch.skipped]


def maildir(root: Path, *folders: str) -> Path:
    for folder in folders:
        for part in ("cur", "new", "tmp"):
            (root / folder / part).mkdir(parents=True)
    return root


async def test_a_maildirs_drafts_and_deleted_mails_stay_out_and_are_named(opened: Open, tmp_path: Path) -> None:
    root = maildir(tmp_path, ".", ".Sent", "nested/deep")
    (root / "cur/1:2,S").write_bytes(mail(message_id="1@x"))
    (root / "cur/2:2,DS").write_bytes(mail(message_id="2@x"))
    (root / "cur/3:2,RST").write_bytes(mail(message_id="3@x"))
    (root / "new/4").write_bytes(mail(message_id="4@x"))
    (root / "tmp/5").write_bytes(mail(message_id="5@x"))
    (root / ".Sent/cur/6!2,S").write_bytes(mail(message_id="6@x"))
    (root / "nested/deep/cur/7;2,PF").write_bytes(mail(message_id="7@x"))
    (root / "dovecot-uidlist").write_bytes(b"3 V1 N9")
    found, skipped = await all_of(opened("maildir", root))
    assert {one.remote_id for one in found} == {"1@x", "4@x", "6@x", "7@x"}
    assert [(one.where, one.why.split()[-1]) for one in skipped] == [
        (str(Path("cur/2:2,DS")), "sent."),
        (str(Path("cur/3:2,RST")), "deleted."),
    ]


async def test_a_mailbox_file_among_single_mails_is_named_and_not_taken_for_one_mail(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "a.eml").write_bytes(mail(message_id="1@x"))
    (tmp_path / "b.eml").write_bytes(SIGN + mail(message_id="2@x", text="From here on:\n\nFrom one to ten"))
    (tmp_path / "box").write_bytes(SIGN + mail(message_id="3@x") + b"\n" + SIGN + mail(message_id="4@x"))
    found, skipped = await all_of(opened("eml", tmp_path))
    assert {one.remote_id for one in found} == {"1@x", "2@x"}
    assert [(one.where, one.why.split()[-1]) for one in skipped] == [("box", "“mbox”.")]


async def test_a_mail_without_a_date_stands_where_it_was_delivered_and_else_below_all(
    opened: Open, tmp_path: Path
) -> None:
    way = "from a.example by b.example; Wed, 02 Mar 2011 10:00:00 +0100"
    root = maildir(tmp_path / "dir", ".")
    (root / "cur/1300000000.M1P1.host:2,S").write_bytes(mail(message_id="named@x", Date=""))
    (root / "cur/2:2,S").write_bytes(mail(message_id="delivered@x", Date="", Received=way))
    (root / "cur/3:2,S").write_bytes(mail(message_id="unknown@x", Date=""))
    box = tmp_path / "box"
    undated = [mail(message_id="signed@x", Date=""), mail(message_id="lost@x", Date="")]
    box.write_bytes(SIGN + undated[0] + b"\nFrom somebody\n" + undated[1])
    found = [*(await all_of(opened("maildir", root)))[0], *(await all_of(opened("mbox", box)))[0]]
    assert {one.remote_id: f"{one.sent_at:%Y-%m-%d %H}" for one in found} == {
        "named@x": "2011-03-13 07",
        "delivered@x": "2011-03-02 09",
        "unknown@x": "1970-01-01 00",
        "signed@x": "2011-07-08 12",
        "lost@x": "1970-01-01 00",
    }


async def test_a_flag_that_changes_meanwhile_moves_no_place(opened: Open, tmp_path: Path) -> None:
    root = maildir(tmp_path, ".")
    for number in range(250):
        (root / f"new/{number:03d}").write_bytes(mail(message_id=f"{number}@x"))
    first = (await read(opened("maildir", root), None, ""))[0]
    (root / "new/003").rename(root / "cur/003:2,S")
    rest = messages(await read(opened("maildir", root), first.cursor, ""))
    assert [one.remote_id for one in rest] == [f"{number}@x" for number in range(200, 250)]


async def test_what_thunderbird_deleted_stays_out(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "Inbox"
    marks = ("0001", "0008", "0009", "1011")
    path.write_bytes(
        b"".join(SIGN + f"X-Mozilla-Status: {one}\n".encode() + mail(message_id=f"{one}@x") + b"\n" for one in marks)
    )
    found, skipped = await all_of(opened("mbox", path))
    assert {one.remote_id for one in found} == {"0001@x", "1011@x"}
    assert len(skipped) == 2


@pytest.mark.parametrize(
    "mark", ["X-Status: T", "X-Status: RT", "X-Gmail-Labels: =?UTF-8?Q?Bozze?=", "X-Gmail-Labels: Drafts,a"]
)
async def test_a_draft_in_a_mailbox_file_stays_out(opened: Open, tmp_path: Path, mark: str) -> None:
    path = tmp_path / "All mail.mbox"
    sent = mail(message_id="2@x", X_Status="RO", X_Gmail_Labels="Sent,Drafting", text="X-Status: T")
    path.write_bytes(SIGN + mark.encode() + b"\n" + mail(message_id="1@x") + b"\n" + SIGN + sent)
    found, skipped = await all_of(opened("mbox", path))
    assert [one.remote_id for one in found] == ["2@x"]
    assert [one.why for one in skipped] == ["It is a draft that was not sent."]


async def test_a_folder_of_mailbox_files(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(SIGN + mail(message_id="1@x") + b"\n" + SIGN + mail(message_id="2@x"))
    (tmp_path / "Inbox.msf").write_bytes(b"// <!-- <mdb:mork:z v='1.4'/> -->")
    (tmp_path / "Empty").write_bytes(b"")
    (tmp_path / "Inbox.sbd").mkdir()
    (tmp_path / "Inbox.sbd/Old.gz").write_bytes(gzip.compress(SIGN + mail(message_id="3@x")))
    found, skipped = await all_of(opened("mbox", tmp_path))
    assert {one.remote_id for one in found} == {"1@x", "2@x", "3@x"}
    assert skipped == [Skipped("Inbox.msf", "It is not a mailbox file.")]


@pytest.mark.parametrize("cut", [8, 4, 1])
async def test_what_a_damaged_packed_file_still_gives_is_taken(opened: Open, tmp_path: Path, cut: int) -> None:
    packed = gzip.compress(b"".join(SIGN + mail(message_id=f"{n}@x") + b"\n" for n in range(5)))
    (tmp_path / "mail.gz").write_bytes(packed[:-cut])
    found, skipped = await all_of(opened("mbox", tmp_path / "mail.gz"))
    assert [one.remote_id for one in found] == [f"{n}@x" for n in range(5)]
    assert [one.why for one in skipped] == ["It cannot be read: the file is damaged."]


async def test_strange_files_among_single_mails(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_files, "LARGEST", 2_000)
    (tmp_path / "1.eml").write_bytes(mail(message_id="1@x"))
    (tmp_path / "2.txt").write_bytes(b"From somebody\n" + mail(message_id="2@x"))
    (tmp_path / "notes.txt").write_bytes(b"buy milk\n")
    (tmp_path / "empty.eml").write_bytes(b"\n")
    (tmp_path / "large.eml").write_bytes(mail(message_id="3@x", text="x" * 3_000))
    (tmp_path / "dangling.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.eml")
    found, skipped = await all_of(opened("eml", tmp_path))
    assert {one.remote_id for one in found} == {"1@x", "2@x"}
    assert [one.where for one in skipped] == ["empty.eml", "large.eml", "notes.txt"]


async def test_a_mail_without_a_date_has_that_of_its_mailbox(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(SIGN + mail(Date=""))
    ((found,), _skipped) = await all_of(opened("mbox", tmp_path / "a.mbox"))
    assert found.sent_at.isoformat() == "2011-07-08T12:08:34+00:00"


@pytest.mark.parametrize(("kind", "name"), [("mbox", "text.txt"), ("maildir", "."), ("maildir", "text.txt")])
async def test_the_wrong_format_is_a_sentence(opened: Open, tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / "text.txt").write_bytes(b"Subject: x\n\nno mailbox\n")
    with pytest.raises(NoArchive, match=r"is no (mailbox file|Maildir)"):
        await opened(kind, tmp_path / name).survey()


async def survey_of(opened: Open, path: Path, letters: list[bytes]) -> frozenset[str]:
    path.write_bytes(b"".join(SIGN + one + b"\n" for one in letters))
    return (await opened("mbox", path).survey()).own


async def test_whose_mail_it_is_shows_in_what_servers_noted(opened: Open, tmp_path: Path) -> None:
    lists = [mail(message_id=f"{n}@x", To="all@lists.example", Delivered_To="We@Example.org") for n in range(5)]
    assert await survey_of(opened, tmp_path / "a", lists) == {"we@example.org"}


async def test_whose_mail_it_is_shows_in_who_always_takes_part(opened: Open, tmp_path: Path) -> None:
    got = [mail(From=f"p{n}@example.net", Cc="we@example.org", To=f"q{n}@example.net") for n in range(5)]
    sent = [mail(From="We <WE@example.org>", To=f"p{n}@example.net") for n in range(3)]
    assert await survey_of(opened, tmp_path / "a", got + sent) == {"we@example.org"}


async def test_nobody_is_guessed_where_nobody_stands_out(opened: Open, tmp_path: Path) -> None:
    between_two = [mail(From="a@example.net", To="b@example.net") for _ in range(5)]
    assert await survey_of(opened, tmp_path / "a", between_two) == frozenset()
    assert await survey_of(opened, tmp_path / "b", []) == frozenset()


async def test_own_addresses_are_told_apart_whatever_their_case(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(SIGN + mail(From="We@Example.ORG", To="x@example.net"))
    ((found,), _skipped) = await all_of(opened("mbox", tmp_path / "a"), "WE@example.org")
    assert found.direction is Direction.OUTGOING
