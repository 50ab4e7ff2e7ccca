"""What goes out: answers, approvals, spam, trash, edits, deletions, each looked for on the site's own side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from connectors.wordpress.connector import WordPressConnector
from inbox_app.contract.acts import Absent, Act, OutgoingFile, Receipt
from inbox_app.contract.errors import Busy, Rejected, SignInNeeded, Unsure
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.words import Action, ActKind
from tests.connectors.wordpress.stage import WordPressStage
from tests.contract.stage import reply
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


async def pulled(stage: WordPressStage, made: int) -> tuple[WordPressConnector, RemoteMessage]:
    """A connector, and a comment as it told of it."""
    connector, cursor = await stage.started()
    found, _cursor = await stage.news(connector, cursor)
    return connector, next(one for one in found if int(one.remote_id) == made)


def act_on(message: RemoteMessage, action: Action, text: str = "") -> Act:
    kinds = {Action.EDIT: ActKind.EDIT}
    made = replace(reply(text, message), kind=kinds.get(action, ActKind.MODERATION), action=action)
    return replace(made, key=uuid4().hex)


async def send(connector: WordPressConnector, act: Act) -> Receipt:
    return await connector.send(act, connector.freeze(act, await connector.connect()))


async def test_an_answer_lands_below_its_parent_as_it_was_written(stage: WordPressStage) -> None:
    (top,) = stage.site.insert(stage.post, ["top"])
    (middle,) = stage.site.insert(stage.post, ["middle"], comment_parent=top)
    connector, comment = await pulled(stage, middle)
    receipt = await send(connector, reply("It's <3 & “fine”\n\nÈ così 🙂", comment))
    landed = stage.site.comment(int(receipt.remote_id))
    assert landed is not None
    assert (landed["comment_parent"], landed["comment_post_ID"]) == (str(middle), str(stage.post))
    assert landed["comment_content"] == "It's &lt;3 &amp; “fine”\n\nÈ così 🙂"
    assert (landed["comment_approved"], landed["user_id"]) == ("1", str(stage.brand.id))
    assert receipt.url.endswith(f"#comment-{receipt.remote_id}")


async def test_answering_what_waits_approves_it_but_never_what_was_judged_otherwise(stage: WordPressStage) -> None:
    waiting, spam = stage.site.visit(stage.post, "one"), stage.site.visit(stage.post, "two", name="Ben")
    connector, cursor = await stage.started()
    found, _cursor = await stage.news(connector, cursor)
    seen = {int(one.remote_id): one for one in found}
    await send(connector, reply("Welcome!", seen[waiting]))
    assert (stage.site.comment(waiting) or {})["comment_approved"] == "1"
    stage.site.do("status", comment=spam, status="spam")
    with pytest.raises(Rejected, match="taken off the site"):
        await send(connector, reply("Welcome!", seen[spam]))
    assert (stage.site.comment(spam) or {})["comment_approved"] == "spam"
    assert await stage.copies("Welcome!") == 1


async def test_nothing_is_said_below_what_a_colleague_took_off_the_site(stage: WordPressStage) -> None:
    made, lost = stage.site.insert(stage.post, ["public", "soon gone"])
    connector, cursor = await stage.started()
    found, _cursor = await stage.news(connector, cursor)
    seen = {int(one.remote_id): one for one in found}
    stage.site.do("status", comment=made, status="trash")
    stage.site.do("delete", comment=lost)
    with pytest.raises(Rejected, match="taken off the site"):
        await send(connector, reply("Thank you!", seen[made]))
    with pytest.raises(Rejected, match="no longer on the site"):
        await send(connector, reply("Thank you!", seen[lost]))
    assert await stage.copies("Thank you!") == 0


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Action.APPROVE, "1"),
        (Action.UNHIDE, "1"),
        (Action.HOLD, "0"),
        (Action.HIDE, "0"),
        (Action.SPAM, "spam"),
        (Action.TRASH, "trash"),
    ],
)
async def test_a_verdict_stands_on_the_site_also_given_twice(
    stage: WordPressStage, action: Action, status: str
) -> None:
    made = stage.site.visit(stage.post, "judge me")
    connector, comment = await pulled(stage, made)
    for _time in range(2):
        assert (await connector.moderate(act_on(comment, action))).remote_id == str(made)
        assert (stage.site.comment(made) or {})["comment_approved"] == status
    await connector.moderate(act_on(comment, Action.APPROVE))
    assert (stage.site.comment(made) or {})["comment_approved"] == "1", "nothing is for ever"


async def test_where_a_visitor_came_from_is_not_written_over(stage: WordPressStage) -> None:
    """By address and program the site knows spam; it would put ours in their place."""
    (made,) = stage.site.insert(stage.post, ["who am I?"], comment_approved=0, comment_agent="A visitor's browser")
    connector, comment = await pulled(stage, made)
    await send(connector, reply("Welcome", comment))
    await connector.moderate(act_on(comment, Action.SPAM))
    await connector.edit(act_on(comment, Action.EDIT, "who was I?"))
    stands = stage.site.comment(made) or {}
    assert (stands["comment_approved"], stands["comment_content"]) == ("spam", "who was I?")
    assert (stands["comment_author_IP"], stands["comment_agent"]) == ("192.0.2.7", "A visitor's browser")


async def test_who_may_change_the_comments_of_their_own_post_can(stage: WordPressStage) -> None:
    """An author is no moderator, and the site says of each comment whether it may be changed."""
    author = stage.site.new_user("author", "author")
    post = stage.site.new_post("By an author", author=author.id)
    (made,) = stage.site.insert(post, ["with a typpo"])
    connector, cursor = await stage.started(who=author)
    (comment,), _cursor = await stage.news(connector, cursor)
    assert comment.abilities is not None
    assert comment.abilities.of(Action.EDIT).possible
    await connector.edit(act_on(comment, Action.EDIT, "without one"))
    assert (stage.site.comment(made) or {})["comment_content"] == "without one"


async def test_a_verdict_that_failed_is_not_taken_for_done(stage: WordPressStage) -> None:
    made = stage.site.visit(stage.post, "judge me")
    connector, comment = await pulled(stage, made)
    stage.gateway.before.append(lambda one: Response(500, {}, b"{}") if one.method == "POST" else one)
    with pytest.raises(Unsure):
        await connector.moderate(act_on(comment, Action.SPAM))


async def test_an_edit_and_a_deletion_are_done_on_the_site(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["Typpo"])[0])
    await connector.edit(act_on(comment, Action.EDIT, "Typo & more"))
    assert (stage.site.comment(int(comment.remote_id)) or {})["comment_content"] == "Typo &amp; more"
    for _time in range(2):
        await connector.moderate(act_on(comment, Action.DELETE))
        assert stage.site.comment(int(comment.remote_id)) is None


async def test_an_answer_of_ours_is_edited_and_deleted(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    receipt = await send(connector, reply("first try", comment))
    ours = replace(comment, remote_id=receipt.remote_id)
    await connector.edit(act_on(ours, Action.EDIT, "second try"))
    assert (stage.site.comment(int(receipt.remote_id)) or {})["comment_content"] == "second try"
    await connector.delete(replace(act_on(ours, Action.DELETE), kind=ActKind.DELETION))
    assert stage.site.comment(int(receipt.remote_id)) is None


async def test_the_same_words_twice_are_said_so_and_found_after_a_doubt(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    first = await send(connector, reply("Thank you!", comment))
    with pytest.raises(Rejected, match="very same words"):
        await send(connector, reply("Thank you!", comment))
    again = replace(reply("Thank you!", comment), attempt=2, first_tried_at=datetime.now(UTC) - timedelta(minutes=1))
    assert (await send(connector, again)).remote_id == first.remote_id
    assert await stage.copies("Thank you!") == 1


async def test_what_was_said_long_before_is_not_taken_for_this_answer(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    await send(connector, reply("Thank you!", comment))
    later = replace(reply("Thank you!", comment), decided_at=datetime.now(UTC) + timedelta(days=3))
    assert isinstance(await connector.find_sent(later, connector.freeze(later, await connector.connect())), Absent)


async def test_who_may_not_write_html_finds_the_answer_too(stage: WordPressStage) -> None:
    """The site shows them no raw text, and finer quotes than were written."""
    guest = stage.site.new_user("guest", "subscriber")
    stage.site.do("option", name="comment_moderation", value="0")
    stage.site.insert(stage.post, ["hello"])
    connector, cursor = await stage.started(who=guest)
    (comment,), _cursor = await stage.news(connector, cursor)
    act = reply("It's \"fine\" -- isn't it? <3 & so on...", comment)
    receipt = await send(connector, act)
    found = await connector.find_sent(act, connector.freeze(act, await connector.connect()))
    assert isinstance(found, Receipt)
    assert found.remote_id == receipt.remote_id


async def test_a_flood_is_waited_for(stage: WordPressStage) -> None:
    """The site takes one comment in fifteen seconds from those who are no moderators."""
    guest = stage.site.new_user("guest", "subscriber")
    stage.site.insert(stage.post, ["hello"])
    connector, cursor = await stage.started(who=guest)
    (comment,), _cursor = await stage.news(connector, cursor)
    await send(connector, reply("one", comment))
    with pytest.raises(Busy) as busy:
        await send(connector, reply("two", comment))
    assert busy.value.retry_after == timedelta(seconds=20)


async def test_files_are_refused_in_a_sentence(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    assert connector.limits(comment.keys).files == 0
    act = replace(reply("see this", comment), files=(OutgoingFile("a.png", "image/png", b"x"),))
    with pytest.raises(Rejected, match="take no files"):
        await send(connector, act)


async def test_signs_that_grow_on_the_way_count_as_they_arrive(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    with pytest.raises(Rejected, match="longer than"):
        await send(connector, reply("<" * 20_000, comment))


async def test_a_closed_post_gives_the_sites_reason(stage: WordPressStage) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    stage.brand.ask("POST", f"/wp/v2/posts/{stage.post}", json={"comment_status": "closed"})
    with pytest.raises(Rejected, match="comments are closed"):
        await send(connector, reply("too late", comment))


def answers(status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> Response:
    return Response(status, {"content-type": "application/json", **(headers or {})}, body)


@pytest.fixture
def on_writes(stage: WordPressStage) -> list[Response]:
    """The answer that the site gives to whatever is written."""
    given: list[Response] = []

    def rule(request: Request) -> Request | Response:
        return given[0] if given and request.method == "POST" else request

    stage.gateway.before.append(rule)
    return given


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answers(429, headers={"retry-after": "90"}), Busy),
        (answers(401, b'{"code": "incorrect_password"}'), SignInNeeded),
        (answers(401, b'{"code": "rest_not_logged_in"}'), SignInNeeded),
        (answers(403, b"<html>blocked by a firewall</html>"), Rejected),
        (answers(404), Rejected),
        (answers(410), Rejected),
        (answers(400), Rejected),
        (answers(413), Rejected),
        (answers(301, headers={"location": "https://elsewhere.example/"}), Unsure),
        (answers(408), Unsure),
        (answers(500), Unsure),
        (answers(502), Unsure),
        (answers(200, b"Warning: something in a plugin"), Unsure),
        (answers(201, b'{"no": "id"}'), Exception),
    ],
)
async def test_each_refusal_says_whether_it_arrived(
    stage: WordPressStage, on_writes: list[Response], answer: Response, error: type[Exception]
) -> None:
    connector, comment = await pulled(stage, stage.site.insert(stage.post, ["hello"])[0])
    on_writes.append(answer)
    with pytest.raises(error) as raised:
        await send(connector, reply("an answer", comment))
    if isinstance(raised.value, Busy):
        assert raised.value.retry_after == timedelta(seconds=90)
