"""What we do on Bluesky is found there: answers under the right parent, pictures, likes, hidden answers, reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from connectors.bluesky.connector import BlueskyConnector
from connectors.bluesky.telling import LIKE, REPOST
from inbox_app.contract.acts import Absent, Act, OutgoingFile, ReadMark, Receipt
from inbox_app.contract.errors import BadAnswer, Busy, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.limits import RateLimit
from inbox_app.contract.remote import ReadElsewhere, RemoteMessage, RemoteRecipient
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Kind
from tests.connectors.bluesky.stage import BlueskyStage, ref
from tests.contract.stage import reply
from tests.servers.gateway import Request, Response

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00040301"
    "803c7f36f20000000049454e44ae426082"
)


async def send(connector: BlueskyConnector, act: Act) -> Receipt:
    return await connector.send(act, connector.freeze(act, await connector.connect()))


def act_on(message: RemoteMessage, kind: ActKind, action: Action | None = None, value: str = "") -> Act:
    return replace(reply("", message), kind=kind, action=action, value=value)


async def asked(stage: BlueskyStage, text: str = "a question") -> tuple[BlueskyConnector, RemoteMessage, JsonObject]:
    """A comment under a post of ours, pulled."""
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")
    stage.anna.say(text, to=root)
    found, cursor = await stage.news(connector, cursor)
    return connector, found[-1], cursor


async def test_a_nested_answer_lands_under_its_parent(stage: BlueskyStage) -> None:
    connector, question, cursor = await asked(stage)
    stage.ben.say("me too", to=ref(question))
    (nested,), _cursor = await stage.news(connector, cursor)
    receipt = await send(connector, reply(f"Thanks @{stage.ben.handle}, see https://example.org 🙂", nested))
    record = stage.brand.posts()[0]
    assert record["uri"] == receipt.remote_id
    assert record["value"]["reply"]["parent"]["uri"] == nested.remote_id
    assert record["value"]["reply"]["root"]["uri"] == nested.post
    features = [one["features"][0] for one in record["value"]["facets"]]
    assert [one.get("did") or one.get("uri") for one in features] == [stage.ben.did, "https://example.org"]
    again = await send(
        connector, reply("and to ourselves", replace(nested, remote_id=receipt.remote_id, extra=receipt.extra))
    )
    assert stage.brand.posts()[0]["uri"] == again.remote_id
    assert stage.brand.posts()[0]["value"]["reply"]["root"]["uri"] == nested.post


async def test_a_record_that_has_our_key_is_never_written_over(stage: BlueskyStage) -> None:
    connector, question, _cursor = await asked(stage)
    act = reply("first", question)
    frozen = connector.freeze(act, await connector.connect())
    receipt = await connector.send(act, frozen)
    other = connector.freeze(replace(act, text="second"), await connector.connect())
    with pytest.raises(Rejected):
        await connector.send(act, other)
    assert stage.brand.posts()[0]["value"]["text"] == "first"
    assert await connector.find_sent(act, frozen) == receipt
    assert isinstance(await connector.find_sent(act, other), Absent)


async def test_pictures_go_both_ways_with_their_descriptions(stage: BlueskyStage) -> None:
    connector, question, cursor = await asked(stage)
    act = replace(reply("Here it is", question), files=(OutgoingFile("bowl.png", "image/png", PNG, "A blue bowl"),))
    receipt = await send(connector, act)
    assert (await send(connector, act)).remote_id == receipt.remote_id
    (image,) = stage.brand.posts()[0]["value"]["embed"]["images"]
    assert image["alt"] == "A blue bowl"
    blob = stage.anna.upload(PNG + b"\n", "image/png")
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "Mine"}]}
    stage.anna.say("and mine", to=ref(question), embed=embed)
    found, _cursor = await stage.news(connector, cursor)
    theirs = next(one for one in found if one.text == "and mine")
    (file,) = theirs.attachments
    assert (file.description, file.media_type, file.name[-4:]) == ("Mine", "image/png", ".png")
    data = b"".join([piece async for piece in connector.fetch_attachment(theirs.remote_id, file.remote_id)])
    assert data == PNG + b"\n"


async def test_another_file_than_the_one_that_is_named_is_refused(stage: BlueskyStage) -> None:
    connector, _question, cursor = await asked(stage)
    blob = stage.anna.upload(PNG, "image/png")
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    stage.mention("look", embed=embed)
    found, _cursor = await stage.news(connector, cursor)
    (file,) = found[-1].attachments

    def swapped(request: Request, response: Response) -> Response:
        return replace(response, body=b"another") if request.path.endswith("getBlob") else response

    stage.gateway.after.append(swapped)
    with pytest.raises(BadAnswer):
        [piece async for piece in connector.fetch_attachment(found[-1].remote_id, file.remote_id)]


async def test_a_file_of_somebody_elses_server_is_not_fetched_from_a_private_address(stage: BlueskyStage) -> None:
    connector, _question, cursor = await asked(stage)
    blob = stage.anna.upload(PNG, "image/png")
    stage.mention("look", embed={"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]})
    found, _cursor = await stage.news(connector, cursor)
    (file,) = found[-1].attachments

    def unknown_here(request: Request) -> Request | Response:
        refused = Response(400, {"content-type": "application/json"}, b'{"error":"RepoNotFound"}')
        return refused if request.path.endswith("getBlob") else request

    stage.gateway.before.append(unknown_here)
    with pytest.raises(Rejected, match="without encryption"):
        [piece async for piece in connector.fetch_attachment(found[-1].remote_id, file.remote_id)]


@pytest.mark.parametrize(("name", "list_"), [(LIKE, "getLikes"), (REPOST, "getRepostedBy")])
async def test_likes_and_reposts_are_set_once_and_taken_back(stage: BlueskyStage, name: str, list_: str) -> None:
    connector, question, _cursor = await asked(stage)
    act = act_on(question, ActKind.REACTION, value=name)
    collection = "app.bsky.feed.like" if name == LIKE else "app.bsky.feed.repost"

    def records() -> int:
        said = stage.brand.get("com.atproto.repo.listRecords", repo=stage.brand.did, collection=collection)
        return len(said["records"])

    await connector.react(act)
    await connector.react(act)
    stage.network.settle()
    await connector.react(replace(act, key=uuid4().hex, decided_at=datetime.now(UTC)))
    assert records() == 1
    key = "likes" if name == LIKE else "repostedBy"
    assert len(stage.anna.get(f"app.bsky.feed.{list_}", uri=question.remote_id)[key]) == 1
    await connector.react(replace(act, value=f"-{name}"))
    await connector.react(replace(act, value=f"-{name}"))
    assert records() == 0


async def test_an_answer_is_hidden_and_shown_again_and_the_gate_keeps_its_rules(stage: BlueskyStage) -> None:
    connector, question, cursor = await asked(stage)
    assert question.post is not None
    rkey = question.post.rpartition("/")[2]
    gate = {"post": question.post, "allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}]}
    stage.brand.put("app.bsky.feed.threadgate", {**gate, "createdAt": stage.network.now()}, rkey)
    hide = act_on(question, ActKind.MODERATION, Action.HIDE)
    await connector.moderate(hide)
    await connector.moderate(hide)

    def record() -> JsonObject:
        said = stage.brand.get(
            "com.atproto.repo.getRecord", repo=stage.brand.did, collection="app.bsky.feed.threadgate", rkey=rkey
        )
        value: JsonObject = said["value"]
        return value

    assert record()["hiddenReplies"] == [question.remote_id]
    assert record()["allow"] == gate["allow"]
    stage.network.settle()
    stage.later = timedelta(minutes=2)
    found, cursor = await stage.news(connector, cursor)
    assert [one.hidden for one in found if one.remote_id == question.remote_id] == [True]
    await connector.moderate(replace(hide, action=Action.UNHIDE))
    assert record()["hiddenReplies"] == []
    stage.network.settle()
    stage.later = timedelta(minutes=4)
    found, cursor = await stage.news(connector, cursor)
    assert [one.hidden for one in found if one.remote_id == question.remote_id] == [False]


async def test_the_author_is_blocked_unblocked_muted_and_reported(stage: BlueskyStage) -> None:
    connector, question, _cursor = await asked(stage)

    def viewer() -> JsonObject:
        stage.network.settle()
        found: JsonObject = stage.brand.get("app.bsky.actor.getProfile", actor=stage.anna.did)["viewer"]
        return found

    await connector.moderate(act_on(question, ActKind.MODERATION, Action.MUTE))
    assert viewer()["muted"] is True
    await connector.moderate(act_on(question, ActKind.MODERATION, Action.UNMUTE))
    assert viewer()["muted"] is False
    await connector.moderate(act_on(question, ActKind.MODERATION, Action.REPORT, "spam, again and again"))
    (report,) = stage.network.reports(question.remote_id)
    assert report["comment"] == "spam, again and again"
    block = act_on(question, ActKind.MODERATION, Action.BLOCK)
    await connector.moderate(block)
    assert viewer().get("blocking")
    await connector.moderate(replace(block, key=uuid4().hex, decided_at=datetime.now(UTC)))
    blocks = stage.brand.get("com.atproto.repo.listRecords", repo=stage.brand.did, collection="app.bsky.graph.block")
    assert len(blocks["records"]) == 1
    await connector.moderate(act_on(question, ActKind.MODERATION, Action.UNBLOCK))
    assert not viewer().get("blocking")


@pytest.mark.parametrize(("status", "failure"), [(400, Rejected), (401, SignInNeeded)])
async def test_a_closed_account_is_ours_only_where_we_are_not_let_in(
    stage: BlueskyStage, status: int, failure: type[Exception]
) -> None:
    """Whoever is blocked is often closed already: that ends no sign-in of ours."""
    connector, question, _cursor = await asked(stage)
    said = b'{"error":"AccountTakedown","message":"Account has been suspended"}'
    stage.gateway.before.append(lambda _: Response(status, {"content-type": "application/json"}, said))
    with pytest.raises(failure):
        await connector.moderate(act_on(question, ActKind.MODERATION, Action.BLOCK))


async def test_our_own_is_deleted_and_others_is_not(stage: BlueskyStage) -> None:
    connector, question, _cursor = await asked(stage)
    receipt = await send(connector, reply("too early", question))
    ours = act_on(replace(question, remote_id=receipt.remote_id), ActKind.DELETION)
    await connector.delete(ours)
    await connector.delete(ours)
    assert len(stage.brand.posts()) == 1
    with pytest.raises(Rejected):
        await connector.delete(act_on(question, ActKind.DELETION))


async def test_a_post_has_its_title_as_first_line_and_is_refused_when_too_large(stage: BlueskyStage) -> None:
    connector, _cursor = await stage.started()
    act = Act(uuid4().hex, ActKind.POST, Kind.COMMENTS, datetime.now(UTC), "Come and see", title="Open day", value="en")
    receipt = await connector.post(act, connector.freeze(act, await connector.connect()))
    (made,) = stage.brand.posts()
    assert (made["uri"], made["value"]["text"]) == (receipt.remote_id, "Open day\n\nCome and see")
    assert made["value"]["langs"] == ["en"]
    large = replace(act, key=uuid4().hex, files=(OutgoingFile("a.png", "image/png", bytes(2_000_001)),))
    film = replace(act, key=uuid4().hex, files=(OutgoingFile("a.mp4", "video/mp4", b"1"),))
    for refused in (large, film):
        with pytest.raises(Rejected):
            await send(connector, refused)
    assert len(stage.brand.posts()) == 1


async def test_a_private_conversation_is_begun_answered_and_reacted_to(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    recipients = (RemoteRecipient("to", f"@{stage.anna.handle}"),)
    first = Act(uuid4().hex, ActKind.NEW, Kind.DIRECT, datetime.now(UTC), "Hello Anna", recipients=recipients)
    receipt = await send(connector, first)
    stage.anna.chat(stage.brand, "hello brand")
    found, cursor = await stage.news(connector, cursor)
    assert [one.text for one in found] == ["Hello Anna", "hello brand"]
    assert found[0].remote_id == receipt.remote_id
    await send(connector, reply("What can we do?", found[1]))
    await connector.react(act_on(found[1], ActKind.REACTION, value="🎉"))
    said = stage.anna.chats(stage.anna.convo(stage.brand))
    assert [one["text"] for one in said] == ["What can we do?", "hello brand", "Hello Anna"]
    assert said[1]["reactions"][0]["value"] == "🎉"
    assert connector.limits(found[1].keys).text == 1000
    assert stage.brand.posts() == [], "nothing of it is public"


async def test_what_was_read_in_private_is_read_there(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.chat(stage.brand, "one")
    stage.anna.chat(stage.brand, "two")
    found, cursor = await stage.news(connector, cursor)

    def unread() -> int:
        (convo,) = stage.brand.get("chat.bsky.convo.listConvos")["convos"]
        return int(convo["unreadCount"])

    assert unread() == 2
    marks = tuple(ReadMark(one.remote_id, read=True) for one in reversed(found))
    public = ReadMark("at://did:plc:a/app.bsky.feed.post/1", read=True)
    act = Act(uuid4().hex, ActKind.READ_MARK, Kind.DIRECT, datetime.now(UTC), marks=(*marks, public))
    await connector.mark_read(act)
    assert unread() == 0
    events, _cursor = await stage.events(connector, cursor)
    assert ReadElsewhere(found[-1].remote_id) in events


async def test_a_private_message_in_doubt_is_found(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.chat(stage.brand, "are you there?")
    (question,), _cursor = await stage.news(connector, cursor)
    act = reply("Always", question)
    frozen = connector.freeze(act, await connector.connect())
    assert isinstance(await connector.find_sent(act, frozen), Absent)
    stage.gateway.after.append(lambda request, response: None if "sendMessage" in request.path else response)
    with pytest.raises(Unsure):
        await connector.send(act, frozen)
    found = await connector.find_sent(act, frozen)
    assert isinstance(found, Receipt)
    assert stage.anna.chats(stage.anna.convo(stage.brand))[0]["id"] in found.remote_id


async def test_limits_are_noted_and_kept_to(stage: BlueskyStage) -> None:
    noted: list[RateLimit] = []
    reset = int(datetime.now(UTC).timestamp()) + 240
    headers = {"content-type": "application/json", "ratelimit-limit": "3000", "ratelimit-reset": str(reset)}
    connector = BlueskyConnector(replace(stage.host(), note_limit=noted.append))
    await connector.connect()

    def counts(request: Request, response: Response) -> Response:
        return replace(response, headers={**response.headers, **headers, "ratelimit-remaining": "17"})

    stage.gateway.after.append(counts)
    await connector.pull(None)
    assert (noted[-1].left, noted[-1].total, int(noted[-1].resets_at.timestamp())) == (17, 3000, reset)
    full = Response(429, {**headers, "ratelimit-remaining": "0"}, b'{"error":"RateLimitExceeded"}')
    stage.gateway.before.append(lambda _request: full)
    with pytest.raises(Busy) as waits:
        await connector.pull(None)
    assert waits.value.retry_after is not None
    assert timedelta(minutes=3) < waits.value.retry_after <= timedelta(minutes=4)
    await connector.close()


async def test_an_upload_in_doubt_is_certainly_no_answer_that_was_sent(stage: BlueskyStage) -> None:
    connector, question, _cursor = await asked(stage)
    act = replace(reply("Here it is", question), files=(OutgoingFile("bowl.png", "image/png", PNG),))
    stage.gateway.after.append(lambda request, response: None if "uploadBlob" in request.path else response)
    with pytest.raises(Offline):
        await send(connector, act)
    assert len(stage.brand.posts()) == 1
