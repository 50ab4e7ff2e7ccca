"""What is told by a notification: by the account, and by the views that show a conversation."""

from __future__ import annotations

from inbox_app.actions import triage, views
from inbox_app.domain.filters import By, Filter, Is, Not
from inbox_app.domain.ids import ColleagueId, ViewId
from inbox_app.domain.words import Hat
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries.knocking import Ears, since
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
BOTH = ["text of b", "text of a"]


async def test_a_view_that_tells_comes_before_one_that_is_silent_and_that_before_the_account(store: Store) -> None:
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2, by="noor")]))
    _b, social = await inbox.conversation_ids(store, me)
    await triage.wear(store, me, [social], Hat.SOCIAL)

    async def view(name: str, chosen: Filter) -> ViewId:
        return await views.save(store, me, name, chosen)

    async def told(
        *, muted: bool = False, telling: tuple[ViewId, ...] = (), silent: tuple[ViewId, ...] = ()
    ) -> list[str]:
        ears = Ears(not muted, frozenset(telling), frozenset(silent))
        return [one.text for one in await since(store, me, account, 0, ears)]

    campaign, mine, others = (
        await view("Campaign", Is(By.HAT, ("social",))),
        await view("For me", Is(By.MINE)),
        await view("Not for me", Not(Is(By.MINE))),
    )
    gone = ViewId("gone")
    assert await told() == await told(silent=(gone,)) == await told(silent=(mine,)) == BOTH
    assert await told(silent=(campaign,)) == ["text of b"]
    assert await told(muted=True) == await told(muted=True, silent=(campaign,)) == []
    assert await told(muted=True, telling=(campaign,)) == ["text of a"]
    assert await told(telling=(campaign,), silent=(others,)) == ["text of a"]
    assert await told(silent=(others,)) == [], "what nobody has is not mine"
    await triage.assign(store, me, [social], me)
    assert await told(silent=(others,)) == ["text of a"]
