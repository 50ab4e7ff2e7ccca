"""What goes out: answers under the right parent, files, posts, edits, deletions, moderation; all seen on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from connectors.mastodon.connector import MastodonConnector
from inbox_app.contract.acts import Act, OutgoingFile, Receipt
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import RemoteMessage, RemoteRecipient
from inbox_app.domain.words import Action, ActKind, Kind
from tests.connectors.mastodon.stage import MastodonStage
from tests.contract.stage import reply

pytestmark = pytest.mark.server


def doing(kind: ActKind, to: RemoteMessage, *, action: Action | None = None, value: str = "", text: str = "") -> Act:
    """A small act about a message."""
    return replace(reply(text, to), kind=kind, action=action, value=value)


def writing(kind: ActKind, text: str, **more: Any) -> Act:
    """Something new."""
    return Act(
        key=uuid4().hex, kind=kind, conversation_kind=Kind.DIRECT, decided_at=datetime.now(UTC), text=text, **more
    )


async def sent(connector: MastodonConnector, act: Act) -> Receipt:
    """Frozen and sent."""
    return await connector.send(act, connector.freeze(act, await connector.connect()))


async def test_an_answer_names_whom_it_answers_and_lands_below_them(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("Ask us")
    first = stage.anna.say(f"@{stage.brand.name} one", to=post["id"])
    stage.ben.say(f"@{stage.anna.name} @{stage.brand.name} two", to=first["id"], visibility="unlisted")
    (_first, second), _cursor = await stage.news(connector, cursor)
    receipt = await sent(connector, reply("With pleasure", second))
    (found, *_rest) = stage.brand.statuses()
    assert (found["id"], found["in_reply_to_id"]) == (receipt.remote_id, second.remote_id)
    assert found["visibility"] == "unlisted"
    assert [one["username"] for one in found["mentions"]] == [stage.ben.name]


async def test_what_is_direct_stays_direct_and_names_everybody(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(
        f"@{stage.brand.name} @{stage.ben.name} pst", visibility="direct", spoiler_text="secret", language="it"
    )
    (message,), _cursor = await stage.news(connector, cursor)
    await sent(connector, reply("we are quiet", message))
    (found, *_rest) = stage.brand.statuses()
    assert (found["visibility"], found["spoiler_text"], found["language"]) == ("direct", "secret", "it")
    assert {one["username"] for one in found["mentions"]} == {stage.anna.name, stage.ben.name}


async def test_a_post_is_public_and_a_new_message_private(stage: MastodonStage) -> None:
    connector, _cursor = await stage.started()
    act = writing(ActKind.POST, "Fresh bread", title="Today")
    receipt = await connector.post(act, connector.freeze(act, await connector.connect()))
    await sent(connector, writing(ActKind.NEW, "hello", recipients=(RemoteRecipient("to", f"@{stage.anna.handle}"),)))
    message, post = stage.brand.statuses()
    assert (post["id"], post["visibility"], post["in_reply_to_id"]) == (receipt.remote_id, "public", None)
    assert post["content"] == "<p>Today</p><p>Fresh bread</p>"
    assert (message["visibility"], [one["username"] for one in message["mentions"]]) == ("direct", [stage.anna.name])


async def test_files_go_along_with_their_descriptions(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} show me")
    (message,), _cursor = await stage.news(connector, cursor)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(5000)
    act = replace(reply("here", message), files=(OutgoingFile("cat.png", "image/png", picture, "a cat"),))
    await sent(connector, act)
    (found, *_rest) = stage.brand.statuses()
    (file,) = found["media_attachments"]
    assert (file["description"], file["type"]) == ("a cat", "image")


async def test_too_many_files_or_signs_are_refused_before_anything_leaves(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} show me")
    (message,), _cursor = await stage.news(connector, cursor)
    many = replace(reply("here", message), files=(OutgoingFile("x.png", "image/png", b"x"),) * 5)
    for act in (many, reply("x" * 500, message)):
        with pytest.raises(Rejected, match=r"4|500"):
            await sent(connector, act)
    assert stage.brand.statuses() == []


async def test_limits_are_known_without_the_server(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} how long?")
    (message,), _cursor = await stage.news(connector, cursor)
    stage.gateway.down()
    limits = (await stage.connector()).limits(message.keys)
    assert limits == connector.limits(message.keys)
    assert limits.text == 500 - len(f"@{stage.anna.name} ")
    assert limits.files == 4
    assert (await stage.connector()).limits(()).text == 500


async def test_an_edit_keeps_files_and_warning(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    media = stage.brand.ask("POST", "/api/v2/media", files={"file": ("cat.png", b"\x89PNG", "image/png")})
    asked = stage.anna.say(f"@{stage.brand.name} well?")
    stage.brand.say(
        f"@{stage.anna.name} yse", to=asked["id"], spoiler_text="typos", media_ids=[media["id"]], language="en"
    )
    (_question, ours), _cursor = await stage.news(connector, cursor)
    await connector.edit(doing(ActKind.EDIT, ours, text="yes"))
    (found, *_rest) = stage.brand.statuses()
    assert found["content"] == f"<p>@{stage.anna.name} yes</p>"
    assert (found["spoiler_text"], len(found["media_attachments"])) == ("typos", 1)
    (asked_for,) = [request for request, _ in stage.gateway.seen if request.method == "PUT"]
    assert media["id"].encode() in asked_for.body


async def test_deleting_twice_is_deleting_once(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    asked = stage.anna.say(f"@{stage.brand.name} well?")
    stage.brand.say(f"@{stage.anna.name} no", to=asked["id"])
    (_question, ours), _cursor = await stage.news(connector, cursor)
    for _time in range(2):
        await connector.delete(doing(ActKind.DELETION, ours))
    assert stage.brand.statuses() == []


async def test_favourites_and_boosts_are_set_and_taken_back(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(f"@{stage.brand.name} nice")
    (message,), _cursor = await stage.news(connector, cursor)

    async def after(*values: str) -> tuple[bool, bool]:
        for value in values:
            await connector.react(doing(ActKind.REACTION, message, value=value))
        now = stage.brand.ask("GET", f"/api/v1/statuses/{said['id']}")
        return now["favourited"], now["reblogged"]

    assert await after("⭐", "🔁", "⭐") == (True, True)
    assert await after("-⭐", "-boost") == (False, False)
    assert await after("❤️") == (True, False)
    with pytest.raises(Rejected):
        await after("🎉")


async def test_what_was_said_in_private_is_not_boosted(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} psst", visibility="direct")
    (message,), _cursor = await stage.news(connector, cursor)
    with pytest.raises(Rejected, match="private"):
        await connector.react(doing(ActKind.REACTION, message, value="🔁"))


async def test_moderation_is_seen_on_the_server(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(f"@{stage.brand.name} rude")
    (message,), _cursor = await stage.news(connector, cursor)

    async def after(action: Action, value: str = "") -> dict[str, Any]:
        await connector.moderate(doing(ActKind.MODERATION, message, action=action, value=value))
        (relation,) = stage.brand.ask("GET", "/api/v1/accounts/relationships", params={"id[]": stage.anna.id})
        return dict(relation)

    assert (await after(Action.MUTE))["muting"]
    assert not (await after(Action.UNMUTE))["muting"]
    assert (await after(Action.BLOCK))["blocking"]
    assert not (await after(Action.UNBLOCK))["blocking"]
    await after(Action.REPORT, "spam again")
    report = stage.gateway.seen[-1][0]
    assert report.path == "/api/v1/reports"
    assert said["id"].encode() in report.body
    assert b"spam again" in report.body
    await after(Action.LIKE)
    assert stage.brand.ask("GET", f"/api/v1/statuses/{said['id']}")["favourited"]
    with pytest.raises(Rejected):
        await after(Action.HIDE)


async def test_answering_what_is_gone_is_refused_in_a_sentence(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} hello")
    (message,), _cursor = await stage.news(connector, cursor)
    with pytest.raises(Rejected, match="no such message"):
        await connector.react(doing(ActKind.REACTION, replace(message, remote_id="99"), value="⭐"))
