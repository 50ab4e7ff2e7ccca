"""What was decided about many people can be taken back for all but those who were erased since."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from random import Random

import pytest
from sqlalchemy import select

from inbox_app.actions import members, regrouping, triage
from inbox_app.contract.remote import RemoteAuthor
from inbox_app.domain.erasure import Erasing
from inbox_app.domain.errors import Refused
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.members_list import Wanted
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.words import State
from inbox_app.exchange.member_arrivals import take_in
from inbox_app.exchange.member_sheets import read_people, write_members
from inbox_app.exchange.member_survey import Numbered
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import community, inbox
from inbox_app.queries import members as ask
from inbox_app.storage import erasing
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import conversation, message, operation
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
NAMES = ("Ann", "Anna", "Zoë", "Leo", "Leonie", "O'Hara", "Tag")


async def listed(store: Store, *, but: str) -> list[str]:
    """Everything that the table of members says of all others."""
    sheet = await write_members(store, await community.listed(store, Wanted()))
    return sorted(line for line in sheet.splitlines() if but not in line and "Erased person" not in line)


async def erase(store: Store, called: str, how: Erasing) -> None:
    (one,) = await community.listed(store, Wanted(words=called))
    name = (await ask.card(store, me, one)).name
    await store.write(partial(erasing.erase, wanted=one, how=how, confirmed=name))


def table(chance: Random, called: list[str]) -> Numbered:
    """A line about each, with some of what can be said; names that hold one another."""
    lines = ["name,email,tags,language,city"]
    for number, one in enumerate(called):
        tags = "; ".join(chance.sample(["Friend", "Press", "VIP"], chance.randint(0, 2)))
        language, city = chance.choice(["", "it", "en"]), chance.choice(["", "Rome", "Oslo"])
        lines.append(f"{chance.choice(NAMES)} {number},{one}@example.net,{tags},{language},{city}")
    return read_people("\n".join(lines))


async def test_an_import_is_taken_back_for_everybody_else(sqlite_store: Store) -> None:
    store = sqlite_store
    account = await store.write(connect)
    await members.define_field(store, "City", FieldType.TEXT)
    for seed in range(6):
        chance = Random(seed)
        called = [f"p{seed}n{number}" for number in range(chance.randint(2, 6))]
        known = chance.sample(called, chance.randint(0, len(called)))
        spoke = [said(f"{one}-said", number, by=one) for number, one in enumerate(known)]
        await store.write(partial(ingest, account=account, events=spoke))
        await take_in(store, me, table(chance, known))
        gone = chance.choice(called)
        before = await listed(store, but=gone)
        await take_in(store, me, table(chance, called))
        await erase(store, f"{gone}@example.net", chance.choice(list(Erasing)))
        assert await listed(store, but=gone) != before
        await triage.undo(store, me)
        assert await listed(store, but=gone) == before
        assert await community.listed(store, Wanted(words=gone)) == ()


async def test_what_was_decided_about_others_too_is_taken_back_for_them(store: Store) -> None:
    account = await store.write(connect)
    events = [said("hers", 1, by="zoe"), said("his", 2, by="ben"), said("both", 3, by="ben")]
    events.append(said("answer", 4, by="zoe", parent="both"))
    await store.write(partial(ingest, account=account, events=events))
    every = await store.read(lambda conn: conn.execute(select(conversation.c.id)).scalars().all())
    await triage.finish(store, me, [*map(ConversationId, every)])
    await erase(store, "zoe@example.net", Erasing.ERASE)
    assert await states(store) == {State.DONE: 2}
    await triage.undo(store, me)
    assert await states(store) == {State.OPEN: 2}
    with pytest.raises(Refused):
        await triage.undo(store, me)


async def test_a_name_in_what_was_said_of_another_goes_and_a_join_with_them_stays(store: Store) -> None:
    account = await store.write(connect)
    zoe = RemoteAuthor("zoe@example.net", "zoe@example.net", "Zoë Ünal")
    events = [said("hers", 1, author=zoe), said("his", 2, by="ben"), said("more", 3, by="ben")]
    await store.write(partial(ingest, account=account, events=events))
    (ben,) = await community.listed(store, Wanted(words="ben@example.net"))
    for pronouns, language in (("ask ZOË ÜNAL", "it"), ("he", "en")):
        await members.say(store, me, ben, {Fact.PRONOUNS: pronouns}, {})
        await members.say(store, me, ben, {Fact.LANGUAGE: language}, {})
    rows = await store.read(lambda conn: conn.execute(select(message.c.remote_id, message.c.conversation)).all())
    where = {row.remote_id: ConversationId(row.conversation) for row in rows}
    await regrouping.merge(store, me, [where["his"], where["hers"]])
    await erase(store, "zoe@example.net", Erasing.ERASE)
    kept = await store.read(lambda conn: conn.execute(select(operation.c.detail)).scalars().all())
    assert not [one for one in kept if "nal" in json.dumps(json.loads(one), ensure_ascii=False).casefold()]
    kinds = await store.read(lambda conn: conn.execute(select(operation.c.kind)).scalars().all())
    assert sorted(kinds) == ["erase", "member", "member", "member"]
    await triage.undo(store, me)
    assert (await ask.card(store, me, ben)).facts[Fact.LANGUAGE].value == "it"


async def states(store: Store) -> dict[State, int]:
    rows = (await inbox.conversation_page(store, me, EVERYTHING, limit=9)).rows
    return dict(Counter(row.state for row in rows))
