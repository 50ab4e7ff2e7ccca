"""A well-known library talks with the fake server: what it takes for a Bot API, so may we.

https://docs.python-telegram-bot.org/
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, InputMediaPhoto, ReactionTypeEmoji, ReplyParameters
from telegram.error import BadRequest, InvalidToken, RetryAfter

from tests.connectors.telegram.conftest import TelegramStage
from tests.connectors.telegram.server import CHANNEL, GROUP, TOKEN, Refused

_GROUP = -100_111
_KINDS = ["message", "edited_message", "message_reaction", "message_reaction_count", "my_chat_member"]


@pytest.fixture
async def bot(stage: TelegramStage) -> AsyncIterator[Bot]:
    """The library's bot; it asks who it is when it begins."""
    url = f"{stage.server.url}/bot"
    async with Bot(TOKEN, base_url=url, base_file_url=f"{stage.server.url}/file/bot") as made:
        yield made


async def test_it_hears_what_we_hear(stage: TelegramStage, bot: Bot) -> None:
    assert bot.username == "kiln_bot"
    post = stage.server.post("New glazes")
    question = stage.server.answer("Which 🔥 blue?", post, entities=[{"type": "bold", "offset": 6, "length": 2}])
    stage.server.edit(question, "Which blue?")
    stage.server.react(question, "", "❤")
    updates = await bot.get_updates(timeout=0, allowed_updates=_KINDS)
    brought, asked, edited, reacted = updates
    assert brought.message is not None
    assert brought.message.is_automatic_forward
    assert brought.message.sender_chat is not None
    assert brought.message.sender_chat.id == CHANNEL["id"]
    assert asked.message is not None
    assert asked.message.reply_to_message is not None
    assert asked.message.reply_to_message.message_id == post["message_id"]
    assert edited.edited_message is not None
    assert edited.edited_message.text == "Which blue?"
    assert reacted.message_reaction is not None
    assert [one.type for one in reacted.message_reaction.new_reaction] == ["emoji"]
    assert await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0, allowed_updates=_KINDS) == ()


async def test_what_it_says_is_there_as_what_we_say(stage: TelegramStage, bot: Bot) -> None:
    question = stage.server.say("how hot?", GROUP)
    below = ReplyParameters(question["message_id"])
    stage.server.rights = {"can_restrict_members": True}
    sent = await bot.send_message(_GROUP, "1200", reply_parameters=below)
    await bot.edit_message_text("1240", _GROUP, sent.message_id)
    album = await bot.send_media_group(
        _GROUP,
        [InputMediaPhoto(b"one", caption="look"), InputMediaPhoto(b"two")],
        reply_parameters=below,
    )
    assert len({one.media_group_id for one in album}) == 1
    assert await bot.set_message_reaction(_GROUP, question["message_id"], [ReactionTypeEmoji("👍")])
    assert await bot.ban_chat_member(_GROUP, 501)
    assert [one["text"] for one in stage.server.ours("1240")] == ["1240"]
    file = await bot.get_file(album[1].photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"two"
    assert await bot.delete_message(_GROUP, sent.message_id)
    assert stage.server.ours("1240") == []


async def test_it_understands_what_is_refused(stage: TelegramStage, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(BadRequest, match="not found"):
        await bot.delete_message(_GROUP, 1)

    def full(_method: str, _params: object) -> None:
        raise Refused(429, "Too Many Requests: retry after 7", retry_after=7)

    stage.server.before.append(full)
    with pytest.raises(RetryAfter) as wait:
        await bot.get_me()
    assert wait.value.retry_after == timedelta(seconds=7)
    stage.server.before.clear()
    stage.server.token = "7000001:another"
    with pytest.raises(InvalidToken):
        await bot.get_me()
