"""What a bot hears: rooms, topics, comments below a channel's posts, private chats, edits, reactions, absences."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from datetime import timedelta

import pytest

from connectors.telegram.cursor import Cursor, read_cursor
from connectors.telegram.login import TelegramSignIn
from inbox_app.contract.errors import BadAnswer, Busy, Offline, Rejected, SignInNeeded
from inbox_app.contract.login import Done, Form
from inbox_app.contract.remote import ConversationSeen, GapFound, PostSeen, ReactionsSeen
from inbox_app.domain.words import Action, Kind
from tests.connectors.telegram.conftest import TelegramStage, news
from tests.connectors.telegram.server import BEN, BOT, FORUM, GROUP, TOKEN, Refused
from tests.contract.connector_tests import PATIENCE, messages


async def test_a_private_chat_is_one_conversation(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("Do you sell glaze?")
    stage.server.say("Blue, I mean")
    one, two = messages((await news(connector, cursor))[0])
    assert (one.kind, one.keys, two.keys) == (Kind.DIRECT, ("501",), ("501",))
    assert (one.author.handle, one.author.profile_url) == ("@anna", "https://t.me/anna")
    assert one.needs_work
    assert one.abilities is not None
    assert "cannot block" in one.abilities.of(Action.BLOCK).reason


async def test_in_a_room_only_what_calls_us_needs_work(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("good morning", GROUP)
    stage.server.say("@kiln_bot are you there?", GROUP, BEN)
    stage.server.say("@kiln_bottle is somebody else", GROUP, BEN)
    ours = stage.server.write(GROUP, BOT, text="We fire on Monday")
    stage.server.answer("At what time?", ours)
    found = messages((await news(connector, cursor))[0])
    assert [one.needs_work for one in found] == [False, True, False, True]
    assert {one.keys for one in found} == {("-100111",)}
    assert (found[0].kind, found[0].title, found[0].url) == (
        Kind.ROOM, "Potters", f"https://t.me/potters/{found[0].remote_id.partition(':')[2]}",
    )  # fmt: skip
    assert found[3].parent == f"-100111:{ours['message_id']}"


async def test_a_topic_is_a_conversation_of_its_own(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    topic = stage.server.say("", FORUM, message_thread_id=7, is_topic_message=True,
                             forum_topic_created={"name": "Kilns", "icon_color": 1})  # fmt: skip
    stage.server.answer("How hot?", topic, message_thread_id=7, is_topic_message=True)
    stage.server.say("general talk", FORUM)
    hot, general = messages((await news(connector, cursor))[0])
    assert (hot.keys, hot.title, hot.parent) == (("-100222/7",), "Workshop › Kilns", None)
    assert (general.keys, general.title) == (("-100222",), "Workshop")


async def test_comments_stand_below_the_channels_post(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.post("New glazes are in")
    thread = post["message_id"]
    first = stage.server.answer("Which blue?", post, message_thread_id=thread)
    stage.server.answer("I ask too", first, BEN, message_thread_id=thread)
    events, cursor = await news(connector, cursor)
    assert isinstance(events[0], PostSeen)
    seen = events[0].post
    assert (seen.title, seen.text, seen.url) == ("Kiln news", "New glazes are in", "https://t.me/kilnnews/17")
    one, two = messages(events)
    assert (one.kind, one.post, one.parent) == (Kind.COMMENTS, seen.remote_id, None)
    assert (two.kind, two.post, two.parent) == (Kind.COMMENTS, seen.remote_id, one.remote_id)
    assert set(one.keys) & set(two.keys)
    stage.server.edit(post, "New glazes are sold out")
    (again,) = (await news(connector, cursor))[0]
    assert isinstance(again, PostSeen)
    assert again.post.text == "New glazes are sold out"


async def test_a_post_that_was_missed_comes_with_its_first_comment(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.post("Before the bot was there")
    stage.server.updates.clear()
    stage.server.answer("Which blue?", post, message_thread_id=post["message_id"])
    events, _cursor = await news(connector, cursor)
    assert [type(one).__name__ for one in events] == ["PostSeen", "MessageSeen"]
    assert messages(events)[0].post == f"-100111:{post['message_id']}"


async def test_edits_keep_their_message(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    said = stage.server.say("helo", GROUP)
    (before,), cursor = (await news(connector, cursor))[0], (await news(connector, cursor))[1]
    stage.server.edit(said, "hello")
    (after,) = messages((await news(connector, cursor))[0])
    assert messages([before])[0].remote_id == after.remote_id
    assert after.text == "hello"
    assert after.edited_at is not None


async def test_reactions_are_counted_from_their_changes(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    said = stage.server.say("We fire on Monday", GROUP)
    stage.server.react(said, "", "❤")
    stage.server.react(said, "", "❤", BEN)
    _events, cursor = await news(connector, cursor)
    stage.server.react(said, "❤", "👍")
    (last,) = (await news(connector, cursor))[0]
    assert isinstance(last, ReactionsSeen)
    assert last.counts == (("❤", 1), ("👍", 1))


async def test_files_come_when_somebody_wants_them(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    large = {**stage.server.keep_file(b"large"), "width": 90, "height": 90}
    small = {**stage.server.keep_file(b"small"), "width": 9, "height": 9}
    stage.server.say("", caption="my bowl", photo=[large, small])
    stage.server.say("", document={**stage.server.keep_file(b"pdf"), "file_name": "../a.pdf"})
    photo, document = messages((await news(connector, cursor))[0])
    assert (photo.text, photo.attachments[0].name, photo.attachments[0].size) == ("my bowl", "photo.jpg", 5)
    assert document.attachments[0].name == "a.pdf"
    file = photo.attachments[0].remote_id
    assert b"".join([one async for one in connector.fetch_attachment(photo.remote_id, file)]) == b"large"
    with pytest.raises(Rejected, match="file_id"):
        _ = [one async for one in connector.fetch_attachment(photo.remote_id, "nothing")]


async def test_bookkeeping_is_no_message_and_odd_ones_say_so(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("", GROUP, new_chat_members=[BEN])
    stage.server.say("", GROUP, new_chat_title="Potters & friends")
    stage.server.say("", GROUP, location={"latitude": 45.1, "longitude": 7.6})
    (one,) = messages((await news(connector, cursor))[0])
    assert one.text == "This can only be seen in Telegram."


async def test_rights_decide_what_can_be_done(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("as a member", GROUP)
    events, cursor = await news(connector, cursor)
    (before,) = messages(events)
    assert before.abilities is not None
    assert "administrator" in before.abilities.of(Action.DELETE).reason
    old = stage.server.membership()
    stage.server.rights = {"can_delete_messages": True, "can_restrict_members": True}
    change = {"chat": GROUP, "from": BEN, "date": 1, "old_chat_member": old}
    stage.server.tell("my_chat_member", {**change, "new_chat_member": stage.server.membership()})
    stage.server.say("as an administrator", GROUP)
    stage.server.tell("my_chat_member", {**change, "new_chat_member": {"status": "left", "user": BOT}})
    events, _cursor = await news(connector, cursor)
    (after,) = messages(events)
    assert after.abilities is not None
    assert after.abilities.of(Action.DELETE).possible
    assert after.abilities.of(Action.BLOCK).possible
    left = events[-1]
    assert isinstance(left, ConversationSeen)
    assert left.abilities is not None
    assert "no longer" in left.abilities.of(Action.REPLY).reason


async def test_rights_that_could_not_be_asked_for_are_asked_for_again(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.rights = {"can_delete_messages": True, "can_restrict_members": True}
    group = {**GROUP, "id": -444, "type": "group"}
    stage.server.say("who may what?", group)

    def busy(method: str, _params: object) -> None:
        if method == "getChatMember":
            raise Refused(429, "Too Many Requests: retry after 1", retry_after=1)

    stage.server.before.append(busy)
    with pytest.raises(Busy):
        await news(connector, cursor)
    stage.server.before.remove(busy)
    (one,) = messages((await news(connector, cursor))[0])
    assert one.abilities is not None
    assert one.abilities.of(Action.DELETE).possible
    assert one.abilities.of(Action.BLOCK).possible
    assert "supergroups only" in one.abilities.of(Action.MUTE).reason


async def test_what_is_not_kept_is_told_again(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("the only one")
    first = await connector.pull(cursor)
    other, _cursor = await stage.started()
    assert messages(list((await other.pull(cursor)).events)) == messages(list(first.events))
    await other.pull(first.cursor)
    assert stage.server.updates == [], "asking further makes the service forget"


async def test_the_question_that_waits_makes_nothing_be_forgotten(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    async with asyncio.timeout(PATIENCE), aclosing(connector.listen()) as nudges:
        waiting = asyncio.ensure_future(anext(nudges))
        stage.server.say("the only one")
        await waiting
        batch = await connector.pull(cursor)
        await anext(nudges)  # not kept yet, so told again
        assert len(stage.server.updates) == 1
        await connector.pull(batch.cursor)
        assert stage.server.updates == []


async def test_a_pull_does_not_wait_for_the_question_that_waits(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    async with aclosing(connector.listen()) as nudges:
        waiting = asyncio.ensure_future(anext(nudges))
        async with asyncio.timeout(20):  # which is less than a question waits
            while not any(one[0] == "getUpdates" and one[1]["timeout"] for one in stage.server.begun):
                await asyncio.sleep(0.01)
            for _time in range(3):
                cursor = (await connector.pull(cursor)).cursor
        waiting.cancel()
        await asyncio.wait({waiting})


async def test_hundreds_of_updates_come_in_pages(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    for number in range(250):
        stage.server.say(f"number {number}")
    events, _cursor = await news(connector, cursor)
    assert [one.text for one in messages(events)] == [f"number {number}" for number in range(250)]


async def test_an_absence_of_more_than_a_day_is_a_gap(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.later = timedelta(hours=23)
    assert (await connector.pull(cursor)).events == ()
    stage.later = timedelta(hours=30)
    (gap,) = (await connector.pull(cursor)).events
    assert isinstance(gap, GapFound)
    assert gap.since is not None
    assert gap.until is not None
    assert timedelta(hours=5) < gap.until - gap.since < timedelta(hours=7)
    assert not gap.can_close


async def test_another_poller_is_said_and_waited_for(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()

    def busy(method: str, _params: object) -> None:
        if method == "getUpdates":
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"
            )

    stage.server.before.append(busy)
    with pytest.raises(Busy, match="Another program asks") as caught:
        await connector.pull(cursor)
    assert caught.value.retry_after == timedelta(minutes=1)
    stage.server.before.clear()
    assert (await connector.pull(cursor)).events == ()


async def test_a_webhook_is_found_before_the_account_is_kept(stage: TelegramStage) -> None:
    stage.server.webhook = "https://elsewhere.example/hook"
    with pytest.raises(Rejected, match="webhook"):
        await (await stage.connector()).connect()


async def test_waits_are_as_long_as_the_service_says(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()

    def busy(_method: str, _params: object) -> None:
        raise Refused(429, "Too Many Requests: retry after 35", retry_after=35)

    stage.server.before.append(busy)
    with pytest.raises(Busy) as caught:
        await connector.pull(cursor)
    assert caught.value.retry_after == timedelta(seconds=35)


async def test_signing_in_shows_no_token(stage: TelegramStage) -> None:
    flow = TelegramSignIn(stage.host())
    assert isinstance(await flow.start({}), Form)
    done = await flow.go_on({"token": f" {TOKEN}\n", "api_base": stage.server.url})
    assert isinstance(done, Done)
    assert (done.identity.handle, dict(done.secrets)) == ("@kiln_bot", {"token": TOKEN})
    await stage.refuse_sign_in()
    for token in (TOKEN, TOKEN + "/../x", "nothing"):
        wrong = await flow.go_on({"token": token, "api_base": stage.server.url})
        assert isinstance(wrong, Form)
        assert "BotFather" in wrong.problem
        assert token not in repr(wrong)
    open_ = await flow.go_on({"token": TOKEN, "api_base": "http://api.example.org"})
    assert isinstance(open_, Form)
    assert "https" in open_.problem


async def test_failures_name_the_host_alone(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    await stage.go_down()
    with pytest.raises(Exception, match=r"127\.0\.0\.1") as down:
        await connector.pull(cursor)
    await stage.come_up()
    stage.server.nonsense = b"<html>"
    with pytest.raises(BadAnswer) as nonsense:
        await connector.pull(cursor)
    stage.server.nonsense = None
    await stage.refuse_sign_in()
    with pytest.raises(SignInNeeded) as refused:
        await connector.pull(cursor)
    for caught in (down, nonsense, refused):
        assert TOKEN not in repr(caught.value) + str(caught.value) + str(caught.value.__cause__)


HOSTILE: tuple[object, ...] = (
    {"update_id": 5, "message": {"message_id": "x", "date": 1, "chat": {"id": 1}, "text": "a"}},
    {"update_id": 5, "message": {"message_id": 1, "date": 1 << 60, "chat": {"id": 1}, "text": "a"}},
    {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": [], "text": "a"}},
    {"update_id": 1 << 80, "message": None},
    {"message": None},
    [],
    None,
)


@pytest.mark.parametrize("update", HOSTILE)
async def test_an_unreadable_update_is_a_told_gap_and_holds_up_nothing(stage: TelegramStage, update: object) -> None:
    connector, cursor = await stage.started()
    told = [{"update_id": number, "message": stage.server.say(f"number {number}")} for number in (4, 6)]
    stage.server.raw = [told[0], update, told[1]]
    batch = await connector.pull(cursor)
    again = await connector.pull(cursor)
    stage.server.raw = None
    stage.server.exchanges.clear()  # which are not as the interface is described
    assert [one.text for one in messages(list(batch.events))] == ["number 4", "number 6"]
    assert read_cursor(batch.cursor).offset == 7
    (gap,) = [one for one in batch.events if isinstance(one, GapFound)]
    assert not gap.can_close
    assert [type(one) for one in again.events] == [type(one) for one in batch.events]
    (kept,) = (stage.lent.folder / "unread").iterdir()
    assert json.loads(kept.read_bytes()) == update


async def test_what_has_no_number_comes_again_and_is_no_reason_to_pull(
    stage: TelegramStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.telegram.stream._PULLED_WITHIN", 0.01)
    connector, _cursor = await stage.started()
    stage.server.raw = [{"message": None}]
    async with aclosing(connector.listen()) as nudges:
        waiting = asyncio.ensure_future(anext(nudges))
        async with asyncio.timeout(PATIENCE):
            while sum(one[0] == "getUpdates" and one[1]["timeout"] > 0 for one in stage.server.begun) < 3:
                await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait({waiting})
    stage.server.raw = None
    stage.server.exchanges.clear()


async def test_a_full_disk_makes_the_service_forget_nothing(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.raw = [HOSTILE[0]]
    (stage.lent.folder / "unread").write_text("in the way of the folder")
    with pytest.raises(Offline, match="disk"):
        await connector.pull(cursor)
    stage.server.raw = None
    stage.server.exchanges.clear()


async def test_rights_that_make_no_sense_are_no_fault_of_the_message(
    stage: TelegramStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector, cursor = await stage.started()
    stage.server.say("who may what?", GROUP)
    monkeypatch.setattr(stage.server, "membership", list)
    (one,) = messages((await news(connector, cursor))[0])
    assert (one.text, one.abilities) == ("who may what?", None)
    stage.server.exchanges.clear()


def test_the_cursor_outlives_json_and_is_bounded() -> None:
    cursor = Cursor(offset=7, asked=9)
    for number in range(1000):
        cursor = cursor.with_post(f"1:{number}").with_change(f"2:{number}", [], ["❤"]).with_ours(f"2:{number}", "👍")
    assert read_cursor(cursor.to_json()) == cursor
    assert (len(cursor.posts), len(cursor.reactions), len(cursor.ours)) == (300, 200, 200)
    assert cursor.with_ours("2:999", "").reactions["2:999"] == {"❤": 1}


async def test_a_revoked_token_needs_another_one_that_goes_on(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.token = TOKEN[:-4] + "anew"
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)
    stage.server.say("meanwhile")
    stage.token = stage.server.token
    events, _cursor = await news(await stage.connector(), cursor)
    assert [one.text for one in messages(events)] == ["meanwhile"]
