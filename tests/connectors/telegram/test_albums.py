"""Albums are one message, whichever way their parts come, and go out as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.telegram.connector import TelegramConnector
from inbox_app.contract.acts import OutgoingFile
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind
from tests.connectors.telegram.conftest import TelegramStage, news
from tests.connectors.telegram.server import BEN, GROUP, Json
from tests.contract.connector_tests import messages
from tests.contract.stage import reply


def part(stage: TelegramStage, data: bytes, group: str = "a1", **more: Any) -> Json:
    photo = {**stage.server.keep_file(data), "width": 90, "height": 90}
    return stage.server.say("", GROUP, photo=[photo], media_group_id=group, **more)


async def test_an_album_is_one_message_with_all_its_files(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    first = part(stage, b"one")
    part(stage, b"two", caption="@kiln_bot which bowl?")
    part(stage, b"three")
    (album,) = messages((await news(connector, cursor))[0])
    assert album.remote_id == f"{GROUP['id']}:{first['message_id']}"
    assert (album.text, album.needs_work, len(album.attachments)) == ("@kiln_bot which bowl?", True, 3)


async def test_parts_that_come_later_join_and_an_answer_to_any_is_one_to_the_album(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    part(stage, b"one", caption="look")
    (early,), cursor = await said(connector, cursor)
    second = part(stage, b"two")
    (late,), cursor = await said(connector, cursor)
    assert (late.remote_id, late.text, len(early.attachments)) == (early.remote_id, "look", 1)
    assert [one.remote_id for one in late.attachments][:1] == [one.remote_id for one in early.attachments]
    assert len(late.attachments) == 2
    stage.server.answer("nice", second, BEN)
    (answer,), cursor = await said(connector, cursor)
    assert answer.parent == early.remote_id
    other = part(stage, b"other", "a2")
    (apart,), cursor = await said(connector, cursor)
    assert apart.remote_id == f"{GROUP['id']}:{other['message_id']}"


async def test_a_changed_caption_changes_the_album(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    first = part(stage, b"one", caption="lok")
    part(stage, b"two")
    (album,), cursor = await said(connector, cursor)
    stage.server.edit(first, "look")
    (edited,), cursor = await said(connector, cursor)
    assert (edited.remote_id, edited.text, len(edited.attachments)) == (album.remote_id, "look", 2)
    assert edited.edited_at is not None


@pytest.mark.parametrize(("second", "kind"), [("image/png", "photo"), ("application/pdf", "document")])
async def test_several_files_go_as_one_album_and_are_deleted_as_one(
    stage: TelegramStage, second: str, kind: str
) -> None:
    connector, cursor = await stage.started()
    stage.server.say("@kiln_bot show me", GROUP)
    (question,), cursor = await said(connector, cursor)
    files = (OutgoingFile("a.png", "image/png", b"first"), OutgoingFile("b", second, b"second"))
    act = replace(reply("the **two** of them", question), files=files)
    receipt = await connector.send(act, connector.freeze(act, await connector.connect()))
    sent = [one for one in stage.server.messages.values() if one.get("media_group_id")]
    assert [kind in one for one in sent] == [True, True]
    assert sent[0]["caption"] == "the two of them"
    (copy,), cursor = await said(connector, cursor)
    assert (copy.remote_id, copy.parent, len(copy.attachments)) == (receipt.remote_id, question.remote_id, 2)
    assert copy.html == "the <b>two</b> of them"
    await connector.moderate(replace(reply("", copy), kind=ActKind.MODERATION, action=Action.DELETE))
    assert not [one for one in stage.server.messages.values() if one.get("media_group_id")]


async def said(connector: TelegramConnector, cursor: JsonObject) -> tuple[list[RemoteMessage], JsonObject]:
    events, cursor = await news(connector, cursor)
    return messages(events), cursor
