"""An archive becomes an account of its own: closed history, once, whatever interrupts it, and nothing can be sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_app.actions.accounts import set_state
from inbox_app.actions.writing import Answer, reply
from inbox_app.contract.archive import Archive, ArchiveBatch, NoArchive, Skipped, Survey
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.errors import Refused
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, Action, Kind, State
from inbox_app.exchange import importing
from inbox_app.exchange.importing import Imported, Progress, Wish, default_name, owner_sentence, take_in
from inbox_app.queries import accounts, inbox
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import ours, said

COLLEAGUE = ColleagueId(ME)
WISH = Wish("mbox", Path("/mail/old.mbox"), "Old mail")


@dataclass
class Shelf(Archive):
    """An archive in memory: a message a batch, something skipped after each, and a fault where one is wanted."""

    told: list[MessageSeen]
    own: frozenset[str] = frozenset()
    fails_at: int | None = None
    asked: list[tuple[JsonObject | None, frozenset[str]]] = field(default_factory=list)

    async def survey(self) -> Survey:
        return Survey("a shelf", len(self.told), self.own)

    async def read(self, cursor: JsonObject | None, own: frozenset[str]) -> AsyncGenerator[ArchiveBatch, None]:
        self.asked.append((cursor, own))
        begin = cursor["at"] if cursor else 0
        assert isinstance(begin, int)
        for place in range(begin, len(self.told)):
            if place == self.fails_at:
                raise NoArchive("The disk is gone.")
            yield ArchiveBatch((self.told[place],), {"at": place + 1}, (Skipped(f"{place}", "Why not."),), place + 1)


def letters(count: int) -> list[MessageSeen]:
    theirs = [said(f"q{n}", n, kind=Kind.MAIL, history=True) for n in range(count)]
    answers = [ours(f"a{n}", n + 0.5, parent=f"q{n}", kind=Kind.MAIL, history=True) for n in range(0, count, 2)]
    return theirs + answers


async def bring(store: Store, shelf: Shelf, wish: Wish = WISH) -> Imported:
    return await take_in(store, "email", shelf, wish, lambda _progress: None)


async def test_an_archive_is_an_account_of_closed_history(store: Store) -> None:
    seen: list[Progress] = []
    imported = await take_in(store, "email", Shelf(letters(4)), WISH, seen.append)
    assert (imported.added, imported.messages, imported.conversations) == (6, 6, 4)
    assert seen[-1] == Progress(6, 6, 6)
    row = await accounts.one(store, imported.account)
    assert (row.name, row.channel, row.state, row.error) == ("Old mail", "email", AccountState.ARCHIVE, "")
    assert row.last_success is not None
    page = await inbox.conversation_page(store, COLLEAGUE, EVERYTHING)
    assert {(one.state, one.unread) for one in page.rows} == {(State.DONE, False)}


async def test_imported_twice_nothing_is_added(store: Store) -> None:
    first = await bring(store, Shelf(letters(4)))
    again = await bring(store, Shelf(letters(4)))
    assert again.added == 0
    assert (again.account, again.messages, again.conversations) == (first.account, 6, 4)
    assert again.skipped == first.skipped


async def test_what_is_imported_under_one_name_comes_together(store: Store) -> None:
    told = letters(4)
    first = await bring(store, Shelf(told[:4]))
    second = await bring(store, Shelf(told[4:]), Wish("eml", Path("/mail/sent"), "Old mail"))
    other = await bring(store, Shelf(told[:1]), Wish("mbox", Path("/mail/old.mbox"), "Another"))
    assert second.account == first.account
    assert (second.added, second.messages, second.conversations) == (2, 6, 4)
    assert (other.messages, len(await accounts.every(store))) == (1, 2)


async def test_interrupted_it_goes_on_with_all_that_was_skipped(store: Store) -> None:
    with pytest.raises(NoArchive):
        await bring(store, Shelf(letters(4), fails_at=3))
    (row,) = await accounts.every(store)
    assert "/mail/old.mbox" in row.error
    going_on = Shelf(letters(4))
    imported = await bring(store, going_on)
    assert going_on.asked[0][0] == {"at": 3}
    assert (imported.added, imported.messages) == (3, 6)
    assert [one.where for one in imported.skipped] == [str(n) for n in range(6)]
    assert (await accounts.one(store, imported.account)).error == ""


@pytest.mark.parametrize("shelf", [Shelf([]), Shelf(letters(1), fails_at=0)], ids=["empty", "broken"])
async def test_an_archive_of_which_nothing_came_is_no_account(store: Store, shelf: Shelf) -> None:
    with pytest.raises(NoArchive, match="/mail/old.mbox" if not shelf.told else "disk"):
        await bring(store, shelf)
    assert await accounts.every(store) == ()


async def test_what_was_skipped_alone_is_told_where_nothing_came(store: Store) -> None:
    class Rubble(Shelf):
        async def read(self, cursor: JsonObject | None, own: frozenset[str]) -> AsyncGenerator[ArchiveBatch, None]:
            yield ArchiveBatch((), {"at": 1}, (Skipped("1", "No mail."), Skipped("2", "None either.")), 1)

    with pytest.raises(NoArchive, match=r"2 things were skipped, 1: No mail\."):
        await bring(store, Rubble([]))
    assert await accounts.every(store) == ()


@pytest.mark.parametrize("other", [("mbox", "/mail/new.mbox"), ("eml", "/mail/old.mbox")], ids=["path", "format"])
async def test_another_archive_begins_at_its_beginning(store: Store, other: tuple[str, str]) -> None:
    with pytest.raises(NoArchive):
        await bring(store, Shelf(letters(4), fails_at=3))
    shelf, (kind, path) = Shelf(letters(4)), other
    imported = await bring(store, shelf, Wish(kind, Path(path), "Old mail"))
    assert shelf.asked[0][0] is None
    assert (imported.messages, imported.skipped_count) == (6, 6)


async def test_a_long_list_of_what_was_skipped_is_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LISTED", 2)
    imported = await bring(store, Shelf(letters(4)))
    assert ([one.where for one in imported.skipped], imported.skipped_count) == (["0", "1"], 6)


async def test_who_was_named_stands_above_a_guess(store: Store) -> None:
    guess = Shelf(letters(1), own=frozenset({"guess@example.org"}))
    named = await bring(store, guess, Wish("mbox", Path("/a"), "A", frozenset({" We@Example.org ", ""})))
    assert (named.own, named.guessed) == (frozenset({"we@example.org"}), False)
    assert guess.asked[0][1] == {"we@example.org"}
    again = await bring(store, guess, Wish("mbox", Path("/a"), "A"))
    assert (again.own, again.guessed) == (frozenset({"we@example.org"}), False)
    guessed = await bring(store, guess, Wish("mbox", Path("/b"), "B"))
    assert (guessed.own, guessed.guessed) == (frozenset({"guess@example.org"}), True)
    nobody = await bring(store, Shelf(letters(1)), Wish("mbox", Path("/c"), "C"))
    assert nobody.own == frozenset()
    assert len({owner_sentence(one) for one in (named, guessed, nobody)}) == 3


async def test_nothing_can_be_sent_from_an_archive(store: Store) -> None:
    imported = await bring(store, Shelf(letters(1)))
    (row,) = (await inbox.conversation_page(store, COLLEAGUE, EVERYTHING)).rows
    thread = await inbox.thread(store, COLLEAGUE, row.id)
    assert not thread.abilities.of(Action.REPLY).possible
    assert "“Old mail” is an archive" in thread.abilities.of(Action.REPLY).reason
    with pytest.raises(Refused, match="is an archive"):
        await reply(store, COLLEAGUE, Answer(row.id, "Hello", timedelta(0)))
    for state in (AccountState.PAUSED, AccountState.ACTIVE):
        with pytest.raises(Refused, match="is an archive"):
            await set_state(store, imported.account, state)
    await set_state(store, imported.account, AccountState.REMOVED)
    assert await accounts.every(store) == ()
    back = await bring(store, Shelf(letters(1)))
    assert (back.account, back.added) == (imported.account, 0)
    assert (await accounts.one(store, back.account)).state is AccountState.ARCHIVE


@pytest.mark.parametrize(("path", "name"), [("/m/Inbox.mbox", "Inbox"), ("/m/a.mbox.gz", "a"), ("/m/Mail", "Mail")])
def test_an_archive_is_called_like_its_file(path: str, name: str) -> None:
    assert default_name(Path(path)) == name


async def test_an_archive_that_bears_somebodys_address_makes_them_none_of_us(store: Store) -> None:
    await bring(store, Shelf(letters(1)), Wish("mbox", Path("/m"), "Maya@Example.net", frozenset({"we@example.org"})))
    (row,) = (await inbox.conversation_page(store, COLLEAGUE, EVERYTHING)).rows
    theirs = (await inbox.thread(store, COLLEAGUE, row.id)).messages[0]
    assert theirs.author.handle == "maya@example.net"
    assert theirs.author.member is not None
