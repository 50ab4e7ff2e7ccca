"""Erasing a person: no byte of them stays in any file, and neither a sync nor an older copy brings them back."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import FromClause, func, insert, select

from inbox_app.actions import backing_up, erasing, members, saved_lists, searching, triage, trusting
from inbox_app.app import App
from inbox_app.contract.remote import Batch, MessageSeen, RemoteAttachment, RemoteAuthor, RemoteRecipient
from inbox_app.domain.erasure import Erasing
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId, MemberId
from inbox_app.domain.marks import Marks
from inbox_app.domain.people import Fact
from inbox_app.domain.poll import Choice, Poll
from inbox_app.domain.saved_lists import Choice as Which
from inbox_app.domain.selection import Selection
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Kind
from inbox_app.events import Bus
from inbox_app.exchange import json_import
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import format_of
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.queries import inbox, pictures
from inbox_app.settings import SettingsFile
from inbox_app.storage import restoring, suppression
from inbox_app.storage.creation import ME
from inbox_app.storage.restoring import KnownList
from inbox_app.storage.schema import (
    draft,
    field,
    handle,
    member,
    member_field,
    message,
    message_text,
    note,
    operation,
    tag,
)
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading, Tx
from tests.unit.ingest.tales import connect, ours, person, said

me = ColleagueId(ME)
MARK = "Quillfeather"
HER = RemoteAuthor(
    f"zoe.{MARK}@example.net".lower(), f"zoe.{MARK}@example.net", f"Zoë {MARK}", f"https://pictures.example/{MARK}"
)
HIM = person("ben")
TO_HER = RemoteRecipient("to", HER.handle, HER.name)
WORDS = f"My order {MARK}-4711 never came, please call 555-{MARK}."


def tale() -> list[MessageSeen]:
    """A mail of hers that we answered, one to her alone, and a thread in which Ben speaks to and about her."""
    big = RemoteAttachment("f", f"{MARK}.txt", "text/plain", data=f"{MARK} ".encode() * 20_000)
    raw = f"From: {HER.handle}\r\n\r\n{WORDS}".encode()
    return [
        said(f"<1@{MARK}.example>", 1, author=HER, text=WORDS, title=f"Help {MARK}", attachments=(big,),
             kind=Kind.MAIL, raw=raw),
        ours("<2@us>", 2, parent=f"<1@{MARK}.example>", text=f"Dear {HER.name}, it is on its way.", kind=Kind.MAIL,
             recipients=(TO_HER,)),
        ours("<3@us>", 3, text=f"An offer for {HER.name}", kind=Kind.MAIL, recipients=(TO_HER,)),
        said("top", 4, author=HIM, text="Does anybody know?"),
        said("hers", 5, author=HER, parent="top", text=WORDS, marks=Marks(poll=Poll((Choice(f"4711 or {MARK}?"),)))),
        said("his", 6, author=HIM, parent="hers", text=f"> {WORDS}\nThanks {HER.handle}! Ask Zoë or {HER.name}.",
             marks=Marks(poll=Poll((Choice(f"Ask {HER.name}", 3), Choice("Ask me", 1)))), extra={"to": [HER.handle]}),
        ours("yours", 7, parent="his", text=f"{HER.name} is right."),
    ]  # fmt: skip


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await ingest_batch(store, account, Batch(tuple(events), {"upto": len(events)}))


@pytest.fixture
async def account(store: Store) -> AccountId:
    made = await store.write(connect)
    await tell(store, made, *tale())
    return made


async def her(store: Store) -> MemberId:
    found = await store.read(
        lambda conn: conn.execute(select(handle.c.member).where(handle.c.name == HER.name)).scalar()
    )
    assert found is not None
    return MemberId(found)


async def count(store: Store, what: FromClause) -> int:
    return int(await store.read(lambda conn: conn.execute(select(func.count()).select_from(what)).scalar_one()))


async def go(store: Store, address: WorkspaceAddress, logs: Path, how: Erasing = Erasing.ERASE) -> None:
    await erasing.erase(store, address, logs, await her(store), how, f" zoë {MARK.upper()} ")


async def bodies(store: Store) -> list[str]:
    return list(
        await store.read(
            lambda conn: conn.execute(select(message_text.c.body).order_by(message_text.c.id)).scalars().all()
        )
    )


def remnants(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and MARK.lower().encode() in path.read_bytes().lower()]


def names_of_tags(conn: Reading) -> list[str]:
    return list(conn.execute(select(tag.c.name)).scalars())


async def live(store: Store, address: WorkspaceAddress, account: AccountId) -> None:
    """What people do about her: notes, a draft, a decision that was taken, a reminder, a search."""
    noted = await members.note_member(store, me, await her(store), f"{MARK} prefers the phone")
    await members.change_note(store, me, noted, text=f"{MARK} prefers to write")
    rows = (await inbox.conversation_page(store, me)).rows
    shared = next(row.id for row in rows if row.kind is Kind.COMMENTS)
    await members.note_conversation(store, me, shared, f"{HER.name} was here first")
    await triage.finish(store, me, [row.id for row in rows])
    await searching.remember(store, me, f"order from:{MARK}")
    await saved_lists.save(store, me, f"Friends of {HER.name}", Which(words=HER.name))
    await saved_lists.remove(store, me, f"Friends of {HER.name}")
    await triage.undo(store, me)
    await members.say(store, me, await her(store), {Fact.PREFERRED_NAME: f"{MARK}ina"}, {})
    mail = next(row.id for row in rows if row.kind is Kind.MAIL)
    values = {"id": "d", "colleague": ME, "conversation": mail, "text": f"Dear {MARK}", "changed_at": 1}

    def begin(tx: Tx) -> None:
        tx.conn.execute(insert(draft), values)
        tx.conn.execute(insert(tag), [{"id": "t1", "name": HER.name}, {"id": "t2", "name": f"{HER.handle}"}])
        his = tx.conn.execute(select(handle.c.member).where(handle.c.name == HIM.name)).scalar_one()
        tx.conn.execute(insert(field), {"id": "partner", "name": "Partner", "type": "text"})
        tx.conn.execute(insert(member_field), {"member": his, "field": "partner", "value": f"married to {HER.name}"})

    await store.write(begin)
    (address.accounts / account).mkdir(parents=True)
    (address.accounts / account / "494e424f58-1-7").write_bytes(f"From: {HER.handle}\r\n\r\nThe beginning".encode())
    (address.accounts / account / "server.json").write_text(json.dumps({"said": f"Hello {HER.name}", "most": 500}))
    (address.cache / "pictures").mkdir(parents=True)
    (address.cache / "pictures" / "face").write_bytes(MARK.encode())


async def test_nothing_stays_in_any_file(sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path) -> None:
    account = await sqlite_store.write(connect)
    await tell(sqlite_store, account, *tale())
    await live(sqlite_store, sqlite_address, account)
    # The file of a draft to her that was discarded: nothing says any more whose it was.
    await sqlite_store.write(lambda tx: sqlite_store.blobs.put(tx, f"{MARK}'s invoice".encode()))
    await backing_up.make(sqlite_store, sqlite_address)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "portavoce.log").write_text(f"sent to {HER.handle}\n")
    assert len(remnants(tmp_path)) >= 5
    await go(sqlite_store, sqlite_address, logs)
    assert remnants(tmp_path) == []
    (noted,) = (sqlite_address.accounts / account).iterdir()
    assert json.loads(noted.read_text()) == {"said": "Hello (erased)", "most": 500}
    assert sorted(await sqlite_store.read(names_of_tags)) == ["(erased)", "(erased) 2"]
    await tell(sqlite_store, account, *tale())
    await sqlite_store.scrub()
    assert remnants(tmp_path) == []
    await sqlite_store.close()
    assert remnants(tmp_path) == []


async def test_an_anonymised_person_leaves_the_conversations(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path
) -> None:
    account = await sqlite_store.write(connect)
    await tell(sqlite_store, account, *tale())
    await live(sqlite_store, sqlite_address, account)
    before = [(row.id, row.state) for row in (await inbox.conversation_page(sqlite_store, me)).rows]
    await go(sqlite_store, sqlite_address, tmp_path / "logs", Erasing.ANONYMISE)
    assert remnants(tmp_path) == []
    assert [(row.id, row.state) for row in (await inbox.conversation_page(sqlite_store, me)).rows] == before
    assert await count(sqlite_store, message) == len(tale())
    await tell(sqlite_store, account, *tale())
    assert await count(sqlite_store, message) == len(tale())


async def test_what_others_said_stays_without_her(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    await go(store, address, tmp_path / "logs")
    assert await bodies(store) == [
        "Does anybody know?",
        "Thanks (erased)! Ask (erased) or (erased).",
        "(erased) is right.",
    ]
    page = await inbox.conversation_page(store, me)
    (row,) = page.rows
    assert (row.messages, row.kind) == (3, Kind.COMMENTS)
    thread = await inbox.thread(store, me, row.id)
    top, his, yours = thread.messages
    assert (his.parent, yours.parent) == (top.id, his.id)
    assert await inbox.wrong_counts(store) == 0
    assert account


async def test_it_ends_also_where_answers_go_round_in_a_circle(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path
) -> None:
    """A service can tell of messages each below the other."""
    account = await sqlite_store.write(connect)
    circle = ("a", "zoe", "b"), ("b", "zoe", "a"), ("c", "tom", "a"), ("d", "zoe", "e"), ("e", "tom", "d")
    told = [said(one, at, by=by, parent=parent, kind=Kind.ROOM) for at, (one, by, parent) in enumerate(circle)]
    await tell(sqlite_store, account, *told, *told)
    theirs = select(handle.c.member).where(handle.c.name == "Zoe")
    zoe = MemberId(await sqlite_store.read(lambda conn: conn.execute(theirs).scalar_one()))
    await erasing.erase(sqlite_store, sqlite_address, tmp_path, zoe, Erasing.ERASE, "Zoe")
    left = await sqlite_store.read(lambda conn: conn.execute(select(message.c.remote_id, message.c.parent)).all())
    assert sorted(map(tuple, left)) == [("c", None), ("e", None)]


async def test_nobody_remembers_that_her_pictures_were_shown(
    store: Store, address: WorkspaceAddress, account: AccountId, tmp_path: Path
) -> None:
    assert account
    await trusting.show_pictures_of(store, HER.handle)
    await trusting.show_pictures_of(store, HIM.handle)
    await go(store, address, tmp_path)
    assert await pictures.senders_shown(store) == {HIM.handle.lower()}


async def test_somebody_who_wrote_hundreds_of_mails_goes_too(
    store: Store, address: WorkspaceAddress, tmp_path: Path
) -> None:
    """Each mail has a name, which tells of her machine and stands in what others answered."""
    account = await store.write(connect)
    names = [f"<{number}@{MARK}.example>" for number in range(600)] + [f'<"odd name"@{MARK}.example>']
    mails = [
        said(name, place, author=HER, kind=Kind.MAIL, keys=(name, "<his@net>"), text=f"word {place}")
        for place, name in enumerate(names)
    ]
    told = f"In {names[7]} and {names[-1]} you said no; {names[8].strip('<>').upper()}."
    for begin in range(0, len(mails), 200):
        await tell(store, account, *mails[begin : begin + 200])
    await tell(store, account, said("<his@net>", 900, author=HIM, kind=Kind.MAIL, parent=names[0], text=told))
    await go(store, address, tmp_path)
    assert await bodies(store) == ["In (erased) and <(erased)> you said no; (erased)."]
    left = await store.read(lambda conn: str(conn.execute(select(message)).mappings().all()).lower())
    assert MARK.lower() not in left


async def test_neither_a_sync_nor_an_import_brings_her_back(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    await export(store, me, format_of("json"), Selection(notes=True), tmp_path / "out", lambda _step: None)
    await go(store, address, tmp_path / "logs")
    after = await bodies(store)
    for one in tale():
        await tell(store, account, one)
    await tell(store, account, said("again", 6, author=replace(HER, remote_id=HER.remote_id.upper()), text=WORDS))
    assert await bodies(store) == after
    taken = await json_import.take_in(store, tmp_path / "out", lambda _step: None)
    assert (taken.messages, taken.added) == (len(tale()), 0), "what went again is not said to be new"
    assert [body for body in await bodies(store) if MARK in body] == []
    assert await count(store, handle.join(member)) == 1
    assert await inbox.wrong_counts(store) == 0


async def test_a_killed_import_brings_nobody_back(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it brought by then is rid of her before anybody sees it, and one that goes on is left alone."""
    await export(store, me, format_of("json"), Selection(notes=True), tmp_path / "out", lambda _step: None)
    await go(store, address, tmp_path / "logs")

    class Killed(Exception):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as at_its_end:
        at_its_end.setattr(json_import, "erase_suppressed", die)
        with pytest.raises(Killed):
            await json_import.take_in(store, tmp_path / "out", lambda _step: None)
    loose = await store.write(lambda tx: store.blobs.put(tx, f"{MARK}, a file that nothing names yet".encode()))
    for is_coming_in in (True, False):
        async with contextlib.AsyncExitStack() as going_on:
            if is_coming_in:
                assert await going_on.enter_async_context(store.coming_in())
            opened = await App.open(address, {}, SettingsFile(tmp_path / "settings.toml"))
            await opened.close()
        assert bool([body for body in await bodies(store) if MARK in body]) == is_coming_in
    with pytest.raises(NotFound):
        await store.read(lambda conn: store.blobs.open(conn, loose))
    assert account
    taken = await json_import.take_in(store, tmp_path / "out", lambda _step: None)
    assert [body for body in await bodies(store) if MARK in body] == []
    assert taken.messages == len(tale())
    assert await inbox.wrong_counts(store) == 0


async def test_an_older_export_hangs_nothing_on_somebody_anonymous(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    await live(store, address, account)
    chosen = Selection(notes=True)
    await export(store, me, format_of("json"), chosen, tmp_path / "out", lambda _step: None)
    whole = (await count(store, message), await count(store, note), await count(store, operation))
    await go(store, address, tmp_path, Erasing.ANONYMISE)
    kept = (await count(store, message), await count(store, note), await count(store, draft))
    await json_import.take_in(store, tmp_path / "out", lambda _step: None)
    assert (await count(store, message), await count(store, note), await count(store, draft)) == kept
    assert whole[1] > kept[1]
    for table in (member, handle, message, message_text, note, draft, operation):
        assert MARK.lower() not in await told_in(store, table), table.name


async def told_in(store: Store, table: FromClause) -> str:
    return await store.read(lambda conn: str(conn.execute(select(table)).mappings().all()).lower())


async def test_who_writes_again_is_somebody_new(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    await go(store, address, tmp_path / "logs")
    (erased,) = set((await store.read(suppression.everything)).digests.values())
    for moment in (erased, erased + 1):
        one = said(f"<{moment}@new>", 0, author=HER, kind=Kind.MAIL, text=f"Said at {moment}").message
        await tell(store, account, MessageSeen(replace(one, sent_at=from_ms(moment))))
    assert [body for body in await bodies(store) if "Said at" in body] == [f"Said at {erased + 1}"]
    later = (store.now() - 1_777_622_400_000) / 60_000 + 60
    await tell(store, account, said("<9@new>", later, author=HER, kind=Kind.MAIL, text="It is me again."))
    assert "It is me again." in await bodies(store)
    assert await her(store)


async def test_the_wrong_name_erases_nothing(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    before = await bodies(store)
    with pytest.raises(Refused, match="not the name"):
        await erasing.erase(store, address, tmp_path, await her(store), Erasing.ERASE, "Zoë")
    assert (await bodies(store), await erasing.erasures(store)) == (before, [])
    assert account


async def test_the_preview_says_what_goes_and_the_record_names_nobody(
    store: Store, account: AccountId, address: WorkspaceAddress, tmp_path: Path
) -> None:
    await live(store, address, account)
    extent = await erasing.preview(store, await her(store))
    assert (extent.messages, extent.conversations, extent.shared) == (4, 2, 1)
    assert (extent.attachments, extent.notes, extent.drafts) == (1, 1, 1)
    await go(store, address, tmp_path / "logs")
    (record,) = await erasing.erasures(store)
    assert (record.how, record.messages, record.conversations) == (Erasing.ERASE, 4, 2)
    detail = await store.read(lambda conn: conn.execute(select(operation.c.detail)).scalars().all())
    assert MARK not in json.dumps(list(detail))
    assert await count(store, note) == 1
    assert account


async def test_an_older_backup_comes_back_without_her(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path
) -> None:
    account = await sqlite_store.write(connect)
    await tell(sqlite_store, account, *tale())
    out = tmp_path / "elsewhere" / "backup"
    await backing_up.make(sqlite_store, sqlite_address, out)
    await go(sqlite_store, sqlite_address, tmp_path / "logs")
    await sqlite_store.close()
    beside = resolve_workspace(str(tmp_path / "beside"))
    done = restoring.restore(out, beside, sqlite_store.now(), also=[KnownList(sqlite_address.erased, None)])
    assert (done.erased, remnants(beside.folder)) == (1, [])
    again = restoring.restore(out, beside, sqlite_store.now(), over=True)
    assert (again.erased, remnants(beside.folder)) == (1, [])
    sqlite_address.erased.unlink()
    over = restoring.restore(out, sqlite_address, sqlite_store.now(), over=True)
    assert (over.erased, remnants(sqlite_address.folder)) == (1, [])
    restored = await Store.open(sqlite_address, Bus())
    try:
        assert await count(restored, message) == 3
        assert await inbox.wrong_counts(restored) == 0
    finally:
        await restored.close()
