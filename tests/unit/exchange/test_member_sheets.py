"""Members as tables and vCards: looked at first, recognised by handle and address, out and in without a loss."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from inbox_app.actions import lots, members, templating, triage, views
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import AccountId, ColleagueId, OperationId
from inbox_app.domain.members_list import Wanted
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.wording import Wording
from inbox_app.exchange import member_arrivals
from inbox_app.exchange.member_arrivals import take_in
from inbox_app.exchange.member_sample import sample_sheet
from inbox_app.exchange.member_sheets import read_people, write_members
from inbox_app.exchange.member_survey import COLUMNS, Numbered, survey
from inbox_app.i18n import available_languages, set_language
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import community, inbox
from inbox_app.queries import members as ask
from inbox_app.queries.history import decisions
from inbox_app.storage import operations
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import account as account_table
from inbox_app.storage.schema import operation
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import US, connect, said

me = ColleagueId(ME)
TABLE = """name,email,handle,language,tags,city
Maya,maya@example.net,,en,"Friend; Press",Rome
Tom,TOM@example.net,,,,
New,new@example.net,,it,Friend,Oslo
Both,"maya@example.net; tom@example.net",,,,
Ghost,,@ghost,,,
Nobody,,,,,
"""


@pytest.fixture
async def home(store: Store) -> None:
    """Maya and Tom; members have a city."""
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2, by="tom")]))
    await members.define_field(store, "City", FieldType.TEXT)


@pytest.mark.usefixtures("home")
async def test_a_dry_run_says_what_would_be_and_changes_nothing(store: Store) -> None:
    before = await everything(store)
    found = await survey(store, read_people(TABLE))
    assert ([one.line for one in found.new], [one.line for one in found.changed], found.same) == ([4], [2], 1)
    assert [line for line, _sentence in found.ambiguous] == []
    assert [line for line, _sentence in found.problems] == [5, 6, 7]
    assert found.unread == ()
    assert (await survey(store, read_people("email,Shoe Size,label\nmaya@example.net,1,\n"))).unread == ("Shoe Size",)
    assert await everything(store) == before


@pytest.mark.usefixtures("home")
async def test_a_line_about_two_members_is_ambiguous(store: Store) -> None:
    found = await survey(store, read_people("email\nmaya@example.net; tom@example.net\n"))
    assert [line for line, _sentence in found.ambiguous] == [2]
    assert (found.new, found.changed, found.same, found.problems) == ([], [], 0, [])


@pytest.mark.usefixtures("home")
async def test_two_lines_about_one_member_are_both_kept(store: Store) -> None:
    (maya,) = await community.listed(store, Wanted(words="maya@example.net"))
    await take_in(store, me, read_people(f"id,email,tags,city\n{maya},,Friend,\n,maya@example.net,Press,Rome\n"))
    card = await ask.card(store, me, maya)
    assert ([one.name for one in card.tags], card.fields[0][1].value) == (["Friend", "Press"], "Rome")


@pytest.mark.usefixtures("home")
async def test_taken_in_twice_it_is_the_same(store: Store) -> None:
    people = read_people(TABLE)
    await take_in(store, me, people)
    (new,) = await community.listed(store, Wanted(words="new@example.net"))
    card = await ask.card(store, me, new)
    assert (card.name, card.facts[Fact.LANGUAGE].value, [one.name for one in card.tags]) == ("New", "it", ["Friend"])
    assert [known.value for _field, known in card.fields] == ["Oslo"]
    again = await take_in(store, me, people)
    assert (again.new, again.changed, again.same) == ([], [], 3)


@pytest.mark.usefixtures("home")
async def test_one_undo_takes_the_whole_import_back(store: Store) -> None:
    before = await everything(store)
    await take_in(store, me, read_people(TABLE))
    after = await everything(store)
    await triage.undo(store, me)
    assert await everything(store) == before != after
    with pytest.raises(Refused):
        await triage.undo(store, me)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("what", ["note", "fact", "tag", "link"])
async def test_whom_somebody_decided_something_about_stays_when_the_import_is_taken_back(
    store: Store, what: str
) -> None:
    await take_in(store, me, read_people(TABLE))
    (new,) = await community.listed(store, Wanted(words="new@example.net"))
    (tom,) = await community.listed(store, Wanted(words="tom@example.net"))
    if what == "note":
        await members.note_member(store, me, new, "Met at the fair")
    elif what == "fact":
        await members.say(store, me, new, {Fact.PRONOUNS: "she"}, {})
    elif what == "tag":
        await members.retag(store, me, [new], put=["VIP"])
    else:
        await members.link(store, me, tom, new)
    before = await ask.card(store, me, new)
    done = select(operation.c.id).where(operation.c.kind == "import")
    (imported,) = await store.read(lambda conn: conn.execute(done).scalars().all())
    await triage.undo_one(store, OperationId(imported))
    assert await ask.card(store, me, new) == before


@pytest.mark.usefixtures("home")
async def test_what_goes_out_comes_in_as_the_same_and_is_no_formula(store: Store) -> None:
    await take_in(store, me, read_people('name,email,tags,city\n=1+1,x@example.net,"=cmd; @a","-1"\n'))
    sheet = await write_members(store, await community.listed(store, Wanted()))
    cells = [cell for line in sheet.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]
    found = await survey(store, read_people(sheet))
    assert (found.new, found.changed, found.same, found.problems) == ([], [], 3, [])


@pytest.mark.usefixtures("home")
async def test_an_address_book_comes_in(store: Store) -> None:
    book = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Maya\r\nitem1.EMAIL;TYPE=work:maya@example.net\r\nNICKNAME:May\\, the one\r\n"
        "CATEGORIES:Friend,\r\n  Press\r\nEND:VCARD\r\n"
        'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:New One\r\nEMAIL;X="a:b":new@example.net\r\nEND:VCARD\r\n'
    )
    found = await take_in(store, me, read_people(book))
    assert ([one.line for one in found.new], [one.line for one in found.changed]) == ([9], [1])
    (maya,) = await community.listed(store, Wanted(words="maya@example.net"))
    card = await ask.card(store, me, maya)
    assert (card.name, [one.name for one in card.tags]) == ("May, the one", ["Friend", "Press"])


@pytest.mark.usefixtures("home")
async def test_an_address_book_of_a_telephone_comes_in_as_it_is_read(store: Store) -> None:
    book = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9 =\r\nNu=C3=B1ez\r\n"
        "EMAIL;HOME:jose@example.net\r\nEND:VCARD\r\n"
    )
    await take_in(store, me, read_people(book))
    (new,) = await community.listed(store, Wanted(words="jose@example.net"))
    assert (await ask.card(store, me, new)).name == "José Nuñez"


@pytest.mark.usefixtures("home")
async def test_every_address_and_number_of_a_card_is_kept_and_taken_back(store: Store) -> None:
    before = await community.listed(store, Wanted())
    book = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Maya\r\nEMAIL:maya@example.net\r\nEMAIL:Maya@home.example\r\n"
        "TEL;VALUE=uri:tel:+39-06-1\r\nTEL:+39 333 2\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:New\r\nEMAIL:new@example.net\r\nEMAIL:new@work.example\r\nEND:VCARD\r\n"
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:We\r\nEMAIL:{US.remote_id}\r\nEND:VCARD\r\n"
    )
    dry = await survey(store, read_people(book))
    found = await take_in(store, me, read_people(book))
    for one in (dry, found):
        assert [len(part) for part in (one.new, one.changed, one.problems)] == [1, 1, 1], "nothing is put under our own"
    assert (await survey(store, read_people(book))).same == 2
    for names, number in (
        (["maya@example.net", "Maya@home.example"], "+39-06-1; +39 333 2"),
        (["new@example.net", "new@work.example"], ""),
    ):
        ((who,), (also,)) = [await community.listed(store, Wanted(words=name)) for name in names]
        card = await ask.card(store, me, who)
        assert (also, sorted(one.handle for one in card.handles)) == (who, sorted(names))
        assert {one.name: known.value for one, known in card.fields}["Telephone"] == number
    await triage.undo(store, me)
    assert [one.name for one in await ask.fields(store)] == ["City"]
    assert await community.listed(store, Wanted()) == before
    assert not await community.listed(store, Wanted(words="home.example"))


BOOK = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:New\r\nEMAIL:new@example.net\r\nTEL:+39 333 2\r\nCATEGORIES:Friend,Press\r\n"
    "END:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:Maya\r\nEMAIL:maya@example.net\r\nCATEGORIES:Fair\r\nEND:VCARD\r\n"
)


@pytest.mark.usefixtures("home")
async def test_what_an_import_made_is_gone_with_it(store: Store) -> None:
    (tom,) = await community.listed(store, Wanted(words="tom@example.net"))
    await members.retag(store, me, [tom], put=["Press"])
    await take_in(store, me, read_people(BOOK))
    assert await made(store) == (["City", "Telephone"], ["Fair", "Friend", "Press"])
    await triage.undo(store, me)
    assert await made(store) == (["City"], ["Press"])


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("head", ["Telephone", "Phone", "Telefono"])
async def test_a_number_of_a_table_is_kept_as_that_of_an_address_book_is(store: Store, head: str) -> None:
    table = f"email,{head}\nmaya@example.net,+39 333 2\n"
    assert (await survey(store, read_people(table))).unread == ()
    await take_in(store, me, read_people(table))
    (maya,) = await community.listed(store, Wanted(words="maya@example.net"))
    assert [(one.name, known.value) for one, known in (await ask.card(store, me, maya)).fields][-1:] == [
        ("Telephone", "+39 333 2")
    ]
    assert (await survey(store, read_people(table))).same == 1
    await triage.undo(store, me)
    assert (await made(store))[0] == ["City"]


@pytest.mark.usefixtures("home")
async def test_a_field_that_is_called_like_the_column_has_the_number(store: Store) -> None:
    await members.define_field(store, "Phone", FieldType.TEXT)
    await take_in(store, me, read_people("email,Phone\nmaya@example.net,+39 333 2\n"))
    assert (await made(store))[0] == ["City", "Phone"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("use", ["member", "view", "decided"])
async def test_what_something_else_uses_since_stays_when_the_import_is_taken_back(store: Store, use: str) -> None:
    await take_in(store, me, read_people(BOOK))
    (tom,) = await community.listed(store, Wanted(words="tom@example.net"))
    (_city, telephone) = await ask.fields(store)
    if use == "view":
        await views.save(store, me, "Friends", Is(By.MEMBER_TAG, ("friend",)))
        await templating.add(store, me, Wording("Call", "We call {member.telephone} today."))
    else:
        await members.retag(store, me, [tom], put=["Friend"])
        await members.say(store, me, tom, {}, {telephone.id: "+39 06"})
    if use == "decided":
        await members.retag(store, me, [tom], take=["Friend"])
        await members.say(store, me, tom, {}, {telephone.id: ""})
    done = select(operation.c.id).where(operation.c.kind == "import")
    await triage.undo_one(store, OperationId(await store.read(lambda conn: conn.execute(done).scalar_one())))
    assert await made(store) == (["City", "Telephone"], ["Friend"])


async def test_an_import_that_takes_nobody_in_makes_nothing(store: Store) -> None:
    found = await take_in(store, me, read_people(BOOK))
    assert (found.new, found.changed, await made(store)) == ([], [], ([], []))
    with pytest.raises(Refused):
        await triage.undo(store, me)


async def made(store: Store) -> tuple[list[str], list[str]]:
    """The names of all fields and of all tags."""
    return [one.name for one in await ask.fields(store)], [one.name for one in await inbox.tags(store)]


@pytest.mark.usefixtures("home")
async def test_an_address_that_spoke_since_stays_when_the_import_is_taken_back(store: Store) -> None:
    people = "name,email\nMaya,maya@example.net; m2@example.net\nNew,n1@example.net; n2@example.net\n"
    await take_in(store, me, read_people(people))
    account = await store.read(lambda conn: AccountId(conn.execute(select(account_table.c.id)).scalar_one()))
    await store.write(lambda tx: ingest(tx, account, [said("c", 3, by="m2"), said("d", 4, by="n2")]))
    await triage.undo(store, me)
    for names in (["m2@example.net", "maya@example.net"], ["n1@example.net", "n2@example.net"]):
        (who,) = await community.listed(store, Wanted(words=names[0]))
        assert sorted(one.handle for one in (await ask.card(store, me, who)).handles) == names


@pytest.mark.parametrize("text", ["", "name,city\nMaya,Rome\n", "\x00\x01"])
def test_what_is_no_table_of_members_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        read_people(text)


async def everything(store: Store) -> str:
    return await write_members(store, await community.listed(store, Wanted()))


@pytest.mark.usefixtures("home")
async def test_a_plain_yes_is_a_consent_and_a_cell_that_says_nothing_spoils_no_line(store: Store) -> None:
    await members.define_field(store, "Since", FieldType.DATE)
    said = ["yes", "SÌ", "ja", "x", "true", "Given", "no", "nein", "rifiutato?"]
    lines = [f"{number}@example.net,{word},Friend,soon" for number, word in enumerate(said)]
    people = read_people("email,consent,tags,since\n" + "\n".join(lines))
    dry, found = await survey(store, people), await take_in(store, me, people)
    for one in (dry, found):
        assert (len(one.new), one.problems) == (len(said), [])
        assert [line for line, _sentence in one.cells] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 10], "each day, and one consent"
    for number, meant in enumerate(["given"] * 6 + ["refused"] * 2 + [""]):
        (who,) = await community.listed(store, Wanted(words=f"{number}@example.net"))
        card = await ask.card(store, me, who)
        assert (card.facts[Fact.CONSENT].value, [one.name for one in card.tags]) == (meant, ["Friend"])


@pytest.mark.usefixtures("home")
async def test_history_counts_whom_an_import_was_about_and_names_its_tags_when_it_is_taken_back(store: Store) -> None:
    (tom,) = await community.listed(store, Wanted(words="tom@example.net"))
    await take_in(store, me, read_people(BOOK))
    await members.retag(store, me, [tom], put=["Fair"])
    for _each in range(2):
        await triage.undo(store, me)
    assert [(one.called, one.title, one.members) for one in await decisions(store)] == [
        ("Member changed (Fair)", "Tom", 1),
        ("Members imported (Fair, Friend, Press)", "", 2),
    ]


def long_table(count: int) -> Numbered:
    """So many new people, after Maya and Tom, who change."""
    lines = [f"n{number}@example.net,Friend,en,Oslo" for number in range(count)]
    return read_people(
        "email,tags,language,city\n" + "\n".join(["maya@example.net,VIP,it,Rome", *lines, "tom@example.net,VIP,,Bonn"])
    )


def noting(counts: list[int]) -> lots.Report:
    """Notes what it is told, and goes on."""

    def report(count: int) -> bool:
        counts.append(count)
        return True

    return report


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lot is two people, and is taken back one by one."""
    monkeypatch.setattr(member_arrivals, "LOT", 2)
    monkeypatch.setattr(lots, "UNDONE_AT_ONCE", operations.A_PERSON)


@pytest.mark.usefixtures("home", "few_at_once")
async def test_what_comes_in_lot_by_lot_is_one_decision_which_is_taken_back_lot_by_lot(store: Store) -> None:
    before, told = await everything(store), list[int]()
    with store.recording() as decided:
        done = await take_in(store, me, long_table(3), noting(told))
    assert (len(done.new), len(done.changed), told, len(decided)) == (3, 2, [2, 4, 5], 1)
    after = await everything(store)
    (past,) = await decisions(store)
    assert (past.called, past.members) == ("Members imported (VIP, Friend)", 5)
    assert (await survey(store, long_table(3))).same == 5
    back = list[int]()
    await triage.undo(store, me, noting(back))
    assert (await everything(store), back) == (before, [1, 2, 3, 4])
    assert await made(store) == (["City"], [])
    assert after != before
    (past,) = await decisions(store)
    assert (past.members, past.undone_at is None) == (5, False)


@pytest.mark.usefixtures("home", "few_at_once")
async def test_stopped_in_the_middle_both_ways_leaves_true_decisions_and_goes_on(store: Store) -> None:
    before = await everything(store)
    some = await take_in(store, me, long_table(3), lambda _count: False)
    assert (len(some.new), len(some.changed)) == (1, 1)
    rest = await take_in(store, me, long_table(3))
    assert (len(rest.new), len(rest.changed), rest.same) == (2, 1, 2)
    await triage.undo(store, me, lambda _count: False)
    past = sorted((one.members, one.undone_at is None) for one in await decisions(store))
    assert past == [(1, False), (2, True), (2, True)]
    for _each in range(2):
        await triage.undo(store, me)
    assert await everything(store) == before


@pytest.mark.usefixtures("home", "few_at_once")
async def test_taken_back_while_it_comes_in_it_goes_no_further(store: Store) -> None:
    before, undoing = await everything(store), list[asyncio.Task[object]]()

    def report(_count: int) -> bool:
        if not undoing:
            undoing.append(asyncio.ensure_future(triage.undo(store, me)))
        return True

    done = await take_in(store, me, long_table(5), report)
    await asyncio.gather(*undoing)
    assert len(done.new) + len(done.changed) < 7
    assert await everything(store) == before


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("language", available_languages())
async def test_the_sample_comes_in_without_a_complaint_in_each_language(store: Store, language: str) -> None:
    set_language(language)
    try:
        people = read_people(await sample_sheet(store))
        assert set(people[0][1]) == {*COLUMNS, "city"}
        found = await take_in(store, me, people)
    finally:
        set_language("en")
    assert (len(found.new), found.remarks, found.unread) == (2, [], ())
    told = found.new[0]
    assert set(told.facts) == set(Fact)
    assert len(told.tags) == len(told.addresses) == 2
    assert all("example.org" in one for person in found.new for one in person.names)
