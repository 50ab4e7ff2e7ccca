"""Files of messages: from here, from the raw mail, from the service; kept once fetched, never written over another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from inbox_app.actions import attachments
from inbox_app.actions.attachments import Fetched
from inbox_app.content.parsed import Attachment, ParsedMail
from inbox_app.content.worker import Worker
from inbox_app.contract.errors import Offline
from inbox_app.contract.remote import RemoteAttachment
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.inbox import AttachmentRow
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

Ask = Callable[[AccountId, str, str], Awaitable[bytes]]


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    yield made
    await made.close()


async def arrive(store: Store, file: RemoteAttachment, raw: bytes | None = None) -> None:
    """A message with this file."""
    account = await store.write(connect)
    kind = Kind.DIRECT if raw is None else Kind.MAIL
    told = [said("a", 1, kind=kind, attachments=(file,), raw=raw)]
    await store.write(lambda tx: ingest(tx, account, told, keep=partial(store.blobs.put, tx)))


async def the_file(store: Store) -> AttachmentRow:
    """The only file there is, as the thread shows it."""
    me = ColleagueId(ME)
    (only,) = await inbox.conversation_ids(store, me)
    (row,) = (await inbox.thread(store, me, only)).messages[0].attachments
    return row


async def nobody(account: AccountId, message: str, file: str) -> bytes:
    raise AssertionError("the service was asked")


async def fetch(store: Store, worker: Worker, ask: Ask = nobody) -> Fetched:
    return await attachments.fetch(store, worker, ask, (await the_file(store)).id)


async def test_what_is_here_is_read_here(store: Store, worker: Worker) -> None:
    await arrive(store, RemoteAttachment("f", "../cups.txt", "text/plain", data=b"six"))
    assert await fetch(store, worker) == Fetched("cups.txt", "text/plain", b"six")


async def test_a_file_of_a_mail_comes_out_of_the_mail(store: Store, worker: Worker) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "maya@example.net", "Cups"
    mail.set_content("See the list.")
    mail.add_attachment(b"cups: 6", maintype="application", subtype="octet-stream", filename="list.bin")
    (part,) = [one.part for one in (await parsed(worker, bytes(mail)))]
    await arrive(store, RemoteAttachment("f", "list.bin", "application/octet-stream", part=part), bytes(mail))
    assert not (await the_file(store)).stored
    assert (await fetch(store, worker)).data == b"cups: 6"
    row = await the_file(store)
    assert (row.stored, row.size) == (True, 7)


async def test_the_service_is_asked_once(store: Store, worker: Worker) -> None:
    asked: list[tuple[str, str]] = []

    async def ask(account: AccountId, message: str, file: str) -> bytes:
        asked.append((message, file))
        return b"drawn"

    await arrive(store, RemoteAttachment("f", "cup.png", "image/png"))
    assert (await fetch(store, worker, ask)).data == b"drawn"
    assert (await fetch(store, worker)).data == b"drawn"
    assert asked == [("a", "f")]


async def test_a_service_that_does_not_answer_leaves_the_file_to_be_fetched(store: Store, worker: Worker) -> None:
    async def ask(account: AccountId, message: str, file: str) -> bytes:
        raise Offline("The service is away.")

    await arrive(store, RemoteAttachment("f", "cup.png", "image/png"))
    with pytest.raises(Offline):
        await fetch(store, worker, ask)
    assert not (await the_file(store)).stored


async def test_a_part_that_is_not_there_gets_a_sentence(sqlite_store: Store, worker: Worker) -> None:
    await arrive(sqlite_store, RemoteAttachment("f", "list.bin", "text/plain", part=99), b"Subject: Cups\r\n\r\nSix")
    with pytest.raises(Refused):
        await fetch(sqlite_store, worker)


async def test_what_does_not_exist_is_not_found(sqlite_store: Store, worker: Worker) -> None:
    with pytest.raises(NotFound):
        await attachments.fetch(sqlite_store, worker, nobody, "nothing")


async def test_saving_replaces_nothing_unless_asked(tmp_path: Path) -> None:
    file = Fetched("cups.txt", "text/plain", b"six")
    assert await attachments.save(file, tmp_path) == tmp_path / "cups.txt"
    for place in (tmp_path, tmp_path / "cups.txt"):
        with pytest.raises(Refused):
            await attachments.save(Fetched("cups.txt", "text/plain", b"seven"), place)
    assert (tmp_path / "cups.txt").read_bytes() == b"six"
    with pytest.raises(Refused):
        await attachments.save(file, tmp_path / "nowhere" / "cups.txt")
    await attachments.save(Fetched("cups.txt", "text/plain", b"seven"), tmp_path / "cups.txt", replace=True)
    assert (tmp_path / "cups.txt").read_bytes() == b"seven"


async def parsed(worker: Worker, mail: bytes) -> tuple[Attachment, ...]:
    """What the mail has beside its text."""
    read = await worker.parse_one(mail)
    assert isinstance(read, ParsedMail)
    return read.attachments
