"""A post with pictures: they go along, and taking it back touches the files of nothing else."""

from __future__ import annotations

from datetime import timedelta

from inbox_app.actions import acting, letters, templating, writing
from inbox_app.actions.acting import BegunPost, Posting
from inbox_app.actions.letters import Letter, NewMail
from inbox_app.actions.writing import OwnFile
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.wording import Wording
from inbox_app.queries import templates
from inbox_app.queries import writing as questions
from inbox_app.storage import accounts, outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.actions.test_letters import can_write
from tests.unit.ingest.tales import connect

WE = ColleagueId(ME)
HOUR = timedelta(hours=1)
PLATE = OwnFile("plate.png", "image/png", b"a plate")
OTHER = accounts.OurselvesThere("other", "@other@example.social", "Other", frozenset({"@other@example.social"}))
MUG = OwnFile("mug.png", "image/png", b"png", "A blue mug")


async def test_taking_a_post_back_leaves_other_files_where_they_are(store: Store) -> None:
    account = await store.write(connect)
    await can_write(store, account)
    letter = Letter(recipients=(("to", "ben@example.org", "Ben"),), subject="The list")
    mail = NewMail(account, "Here it is.", HOUR, letter, [OwnFile("list.txt", "text/plain", b"all of it")])
    await writing.undo(store, (await letters.begin(store, WE, mail)).id)
    of = await templating.add(store, WE, Wording("T", "Text"), [OwnFile("kept.png", "image/png", b"other")])
    (row,) = await acting.post(store, WE, [Posting(account, "Our mug", files=[MUG])], HOUR)
    files = (await store.read(lambda conn: outbox.get(conn, row.id))).act["files"]
    assert isinstance(files, list)
    assert [(one["name"], one["description"]) for one in files if isinstance(one, dict)] == [("mug.png", "A blue mug")]
    await writing.undo(store, row.id)
    begun = next(one for one in await questions.beginning(store, WE) if one.text == "Here it is.")
    assert [one.name for one in begun.files] == ["list.txt"]
    family = await templates.named(store, WE, of)
    assert [one.name for one in family.files] == ["kept.png"]


async def sent(store: Store, row: OutboxRow) -> list[str]:
    files = (await store.read(lambda conn: outbox.get(conn, row.id))).act["files"]
    assert isinstance(files, list)
    return [str(one["name"]) for one in files if isinstance(one, dict)]


async def test_a_begun_post_has_its_files_until_it_is_published_and_again_when_it_is_taken_back(store: Store) -> None:
    first = await store.write(connect)
    second = await store.write(lambda tx: accounts.add(tx, "practice", OTHER, {}))
    await acting.keep_begun(store, WE, BegunPost(places=(first,)), writing.Files({"mug": MUG, "plate": PLATE}))
    await acting.keep_begun(store, WE, BegunPost("Look"), writing.Files({"mug": MUG}, described={"plate": "A plate"}))
    begun = await questions.begun_post(store, WE)
    assert [(one.id, one.description) for one in begun.files] == [("mug", "A blue mug"), ("plate", "A plate")]
    posts = [Posting(one, "Look") for one in (first, second)]
    rows = await acting.post(store, WE, posts, HOUR, begun=begun.words)
    assert await questions.begun_post(store, WE) == BegunPost()
    for row in rows:
        assert await sent(store, row) == ["mug.png", "plate.png"]
        await writing.undo(store, row.id)
    back = await questions.begun_post(store, WE)
    assert [(one.name, one.description, one.size) for one in back.files] == [
        ("mug.png", "A blue mug", 3),
        ("plate.png", "A plate", 7),
    ]
    await acting.keep_begun(store, WE, BegunPost(), writing.Files(without=[one.id for one in back.files]))
    assert await questions.begun_post(store, WE) == BegunPost(), "with neither words nor files nothing is begun"
