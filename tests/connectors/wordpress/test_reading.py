"""What comes in: every status, the held queue, posts with pictures, late approvals, edits, deletions, pingbacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.wordpress import listing
from inbox_app.contract.remote import Event, MessageGone, MessageHidden, MessageSeen, PostSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import Standing
from inbox_app.domain.words import Action, Direction, Kind
from tests.connectors.wordpress.stage import WordPressStage
from tests.contract.connector_tests import messages, pull_all, through_json

pytestmark = pytest.mark.server


def by_id(found: list[RemoteMessage]) -> dict[int, RemoteMessage]:
    return {int(one.remote_id): one for one in found}


def gone(events: list[Event]) -> list[str]:
    return [one.remote_id for one in events if isinstance(one, MessageGone)]


async def test_a_visitors_comment_is_held_and_comes_with_its_post_and_picture(stage: WordPressStage) -> None:
    stage.site.do("picture", post=stage.post, file="2026/11/launch.png")
    connector, cursor = await stage.started()
    made = stage.site.visit(stage.post, "Where can I buy it? It's <3 “new” & good\n\nAnna é🙂")
    events, cursor = await stage.events(connector, cursor)
    (post,) = [one.post for one in events if isinstance(one, PostSeen)]
    assert (post.title, post.text.strip()) == ("Launch day", "Hello community")
    assert post.url == f"{stage.url}/launch-day/"
    assert post.picture_url.endswith("/2026/11/launch.png")
    (comment,) = messages(events)
    assert comment.text == "Where can I buy it? It's <3 “new” & good\n\nAnna é🙂"
    assert (comment.remote_id, comment.kind, comment.post) == (str(made), Kind.COMMENTS, str(stage.post))
    assert (comment.author.handle, comment.author.name) == ("anna@example.org", "Anna")
    assert "gravatar" in comment.author.avatar_url
    assert (comment.hidden, comment.needs_work, comment.history) == (True, True, False)
    assert comment.marks.standing is Standing.HELD
    assert comment.abilities is not None
    can = comment.abilities
    assert all(can.of(one).possible for one in (Action.APPROVE, Action.SPAM, Action.TRASH, Action.REPLY, Action.EDIT))
    assert not can.of(Action.HOLD).possible
    assert "likes" in can.of(Action.LIKE).reason


async def test_what_waited_before_we_came_is_work_and_the_rest_is_history(stage: WordPressStage) -> None:
    held, said = stage.site.visit(stage.post, "still waiting"), stage.site.insert(stage.post, ["long approved"])[0]
    connector, cursor = await stage.started()
    found, _cursor = await stage.news(connector, cursor)
    assert {one: (seen.history, seen.needs_work) for one, seen in by_id(found).items()} == {
        held: (False, True),
        said: (True, True),
    }


async def test_history_ends_where_the_person_wants_but_what_waits_is_never_too_old(stage: WordPressStage) -> None:
    old = "2020-05-01 12:00:00"
    dated = {"comment_date": old, "comment_date_gmt": old}
    (held,) = stage.site.insert(stage.post, ["held for years"], comment_approved=0, **dated)
    stage.site.insert(stage.post, ["said years ago"], **dated)
    connector = await stage.connector(history_since=datetime.now(UTC) - timedelta(days=30))
    cursor = through_json(await connector.pull(None))
    found, _cursor = await stage.news(connector, cursor)
    assert [*by_id(found)] == [held]
    older = await connector.load_older(None)
    assert (older.events, older.more) == ((), False)


async def test_replies_are_nested_to_any_depth_in_one_conversation(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    top = stage.site.insert(stage.post, ["top"])[0]
    middle = stage.site.insert(stage.post, ["middle"], comment_parent=top)[0]
    deep = stage.brand.say(stage.post, "deep", to=middle)
    found, _cursor = await stage.news(connector, cursor)
    seen = by_id(found)
    assert [seen[one].parent for one in (top, middle, deep)] == [None, str(top), str(middle)]
    assert seen[middle].keys == (str(middle), str(top))
    assert [seen[one].direction for one in (middle, deep)] == [Direction.INCOMING, Direction.OUTGOING]


async def test_the_posts_author_speaks_for_us_and_another_user_does_not(stage: WordPressStage) -> None:
    author, guest = stage.site.new_user("author", "author"), stage.site.new_user("guest", "subscriber")
    post = stage.site.new_post("By a colleague", author=author.id)
    connector, cursor = await stage.started()
    theirs, other = author.say(post, "I wrote this"), guest.say(post, "I read this")
    found, _cursor = await stage.news(connector, cursor)
    assert by_id(found)[theirs].direction is Direction.OUTGOING
    assert by_id(found)[other].direction is Direction.INCOMING


async def test_comments_on_pages_know_their_page(stage: WordPressStage) -> None:
    page = stage.site.new_post("About us", kind="page")
    connector, cursor = await stage.started()
    stage.site.insert(page, ["on a page"])
    events, _cursor = await stage.events(connector, cursor)
    assert [one.post.title for one in events if isinstance(one, PostSeen)] == ["About us"]


async def test_each_status_is_told_when_it_changes_and_only_then(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    made = stage.site.visit(stage.post, "judge me")
    _found, cursor = await stage.news(connector, cursor)
    expected = {
        "approve": (False, True, Standing.PUBLIC),
        "spam": (True, False, Standing.SPAM),
        "trash": (True, False, Standing.TRASH),
        "hold": (True, True, Standing.HELD),
    }
    for status, (hidden, asks, standing) in expected.items():
        stage.site.do("status", comment=made, status=status)
        (seen,), cursor = await stage.news(connector, cursor)
        assert (seen.hidden, seen.needs_work, seen.marks.standing) == (hidden, asks, standing), status
        again, cursor = await stage.news(connector, cursor)
        assert again == []


async def test_an_edit_and_a_deletion_are_noticed(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    first, second = stage.site.insert(stage.post, ["first", "second"])
    _found, cursor = await stage.news(connector, cursor)
    stage.site.do("edit", comment=first, text="first, better")
    stage.site.do("delete", comment=second)
    events, cursor = await stage.events(connector, cursor)
    assert [one.text for one in messages(events)] == ["first, better"]
    assert gone(events) == [str(second)]
    assert gone((await stage.events(connector, cursor))[0]) == []


async def test_a_late_approval_far_below_the_newest_page_is_found(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    waited = stage.site.visit(stage.post, "approved late")
    _found, cursor = await stage.news(connector, cursor)
    stage.site.insert(stage.post, [f"newer {number}" for number in range(250)])
    found, cursor = await stage.news(connector, cursor)
    assert [one.text for one in found] == [f"newer {number}" for number in range(250)]
    stage.site.do("status", comment=waited, status="approve")
    found, cursor = await stage.news(connector, cursor)
    assert [(one.remote_id, one.hidden) for one in found] == [(str(waited), False)]


async def test_the_sweep_finds_what_no_question_asks_for(stage: WordPressStage) -> None:
    """An edit and a deletion far down, and a comment that was spam before we came and is none any more."""
    texts = [f"comment {number}" for number in range(230)]
    made = stage.site.insert(stage.post, texts)
    connector, cursor = await stage.started()
    for _pull in range(4):
        _events, cursor = await stage.events(connector, cursor)
    stage.site.do("edit", comment=made[20], text="changed far down")
    stage.site.do("delete", comment=made[30])
    seen: list[Event] = []
    for _pull in range(4):
        events, cursor = await stage.events(connector, cursor)
        seen += events
    assert [one.text for one in messages(seen)] == ["changed far down"]
    assert gone(seen) == [str(made[30])]


async def test_comments_that_shift_while_pages_are_read_are_neither_lost_nor_doubled(stage: WordPressStage) -> None:
    """Deleted above and added above between one page of history and the next."""
    made = stage.site.insert(stage.post, [f"n{number}" for number in range(320)])
    connector = await stage.connector()
    seen: list[int] = []
    cursor: JsonObject | None = None
    more = True
    while more:
        batch = await connector.load_older(cursor)
        cursor, more = through_json(batch), batch.more
        seen += reversed([int(one.remote_id) for one in messages(list(batch.events))])
        if len(seen) == 100:
            for one in made[-80:-10]:
                stage.site.do("delete", comment=one)
        if 100 < len(seen) < 250:
            stage.site.insert(stage.post, ["newer"] * 15)
    assert [one for one in seen if one <= made[-1]] == [*reversed(made)]


async def test_five_hundred_come_over_several_pages_and_go_on_after_a_break(stage: WordPressStage) -> None:
    made = stage.site.insert(stage.post, [f"n{number}" for number in range(500)])
    seen: list[str] = []
    cursor: JsonObject | None = None
    pages, more = 0, True
    while more:
        connector = await stage.connector()  # each page in another life of the program
        batch = await connector.load_older(cursor)
        cursor, more, pages = through_json(batch), batch.more, pages + 1
        seen += [one.remote_id for one in messages(list(batch.events))]
    assert sorted(map(int, seen)) == made
    assert pages >= 5


async def test_a_flood_since_the_last_pull_comes_oldest_first_page_by_page(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    made = stage.site.insert(stage.post, [f"n{number}" for number in range(330)])
    seen: list[int] = []
    more = True
    while more:
        batch = await connector.pull(cursor)
        cursor, more = through_json(batch), batch.more
        seen += [int(one.remote_id) for one in messages(list(batch.events))]
    assert seen == made


async def test_pingbacks_stand_apart_and_ask_nothing(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    ping, track = (
        stage.site.insert(
            stage.post, ["[&#8230;] linked to us [&#8230;]"], comment_type=one, comment_author="A &amp; B"
        )[0]
        for one in ("pingback", "trackback")
    )
    stage.site.insert(stage.post, ["Order shipped"], comment_type="order_note")
    found, _cursor = await stage.news(connector, cursor)
    seen = by_id(found)
    assert [*seen] == [ping, track]
    assert (seen[ping].kind, seen[ping].needs_work, seen[ping].author.name) == (Kind.MENTION, False, "A & B")
    assert seen[ping].keys == (str(ping),)
    can = seen[ping].abilities
    assert can is not None
    assert not can.of(Action.REPLY).possible


async def test_a_page_full_of_other_plugins_rows_is_no_end(stage: WordPressStage) -> None:
    (deep,) = stage.site.insert(stage.post, ["below them all"])
    stage.site.insert(stage.post, ["noise"] * (listing.PAGE + 20), comment_type="order_note")
    connector, cursor = await stage.started()
    _found, cursor = await stage.news(connector, cursor)
    older: list[RemoteMessage] = []
    place: JsonObject | None = None
    more = True
    while more:
        batch = await connector.load_older(place)
        place, more = through_json(batch), batch.more
        older += messages(list(batch.events))
    assert [*by_id(older)] == [deep]


async def test_who_may_not_moderate_sees_what_everybody_sees_and_is_told_why(stage: WordPressStage) -> None:
    guest = stage.site.new_user("guest", "subscriber")
    connector = await stage.connector(who=guest)
    identity = await connector.connect()
    assert "may not moderate" in identity.abilities.of(Action.APPROVE).reason
    cursor = (await pull_all(connector, None))[1]
    waiting = stage.site.visit(stage.post, "not for guests")
    (public,) = stage.site.insert(stage.post, ["for everybody"])
    found, cursor = await stage.news(connector, cursor)
    assert [*by_id(found)] == [public]
    can = found[0].abilities
    assert can is not None
    assert can.of(Action.REPLY).possible
    assert not can.of(Action.SPAM).possible
    assert "editor" in can.of(Action.DELETE).reason
    stage.site.do("status", comment=waiting, status="approve")
    found, cursor = await stage.news(connector, cursor)
    assert [(int(one.remote_id), one.history) for one in found] == [(waiting, False)]
    stage.site.do("status", comment=public, status="hold")
    events, cursor = await stage.events(connector, cursor)
    assert [one for one in events if not isinstance(one, PostSeen)] == [MessageHidden(str(public), hidden=True)]
    stage.site.do("status", comment=public, status="approve")
    found, _cursor = await stage.news(connector, cursor)
    assert [(int(one.remote_id), one.hidden) for one in found] == [(public, False)]


async def test_a_post_behind_a_password_or_closed_says_so(stage: WordPressStage) -> None:
    closed = stage.site.new_post("Closed")
    (made,) = stage.site.insert(closed, ["too late"])
    stage.brand.ask("POST", f"/wp/v2/posts/{closed}", json={"comment_status": "closed", "password": "sesame"})
    connector, cursor = await stage.started()
    events, _cursor = await stage.events(connector, cursor)
    (seen,) = [one.message for one in events if isinstance(one, MessageSeen)]
    assert int(seen.remote_id) == made
    assert seen.abilities is not None
    assert "closed" in seen.abilities.of(Action.REPLY).reason


async def test_html_is_cleaned(stage: WordPressStage) -> None:
    connector, cursor = await stage.started()
    evil = '<b>bold</b><script>alert(1)</script><img src="https://tracker.example/x.png"><p onclick="x()">para</p>'
    stage.site.insert(stage.post, [evil])
    ((seen,), _cursor) = await stage.news(connector, cursor)
    assert seen.html is not None
    assert "script" not in seen.html
    assert "onclick" not in seen.html
    assert '"https://tracker' not in seen.html, "an address that is asked for only when somebody wants to see it"
    assert "bold" in seen.text
