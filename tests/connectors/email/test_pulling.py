"""Pulling from a real Dovecot: what is new, moved, removed, renumbered or read elsewhere."""

from __future__ import annotations

import pytest

from connectors.email.cursor import Cursor
from connectors.email.pulling import Portion
from connectors.email.slow_line import Slow, SlowLine
from inbox_app.contract.errors import BadAnswer, Offline, SignInNeeded
from inbox_app.contract.remote import FolderRenumbered, GapClosed, GapFound, Location, LocationGone, ReadElsewhere
from inbox_app.domain.words import Direction
from tests.connectors.email.conftest import MakeConnector
from tests.connectors.email.mails import mail, messages, others, pull_all, start
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser

pytestmark = pytest.mark.server


@pytest.fixture
def anna(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user("anna")


async def test_the_first_pull_starts_at_this_moment(dovecot: Dovecot, anna: MailUser, connect: MakeConnector) -> None:
    dovecot.deliver(anna, mail(message_id="before@x"))
    connector = connect(anna)
    cursor = await start(connector)
    assert (await connector.pull(cursor)).events == ()  # `UID n:*` names the last one for ever
    dovecot.deliver(anna, mail(message_id="after@x"))
    batch = await connector.pull(cursor)
    assert [message.remote_id for message in messages(batch)] == ["after@x"]
    assert not messages(batch)[0].history
    assert (await connector.pull(batch.cursor)).events == ()


async def test_a_pull_without_news_leaves_the_cursor_as_it_was(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail())
    cursor = (await connector.pull(cursor)).cursor
    assert (await connector.pull(cursor)).cursor == cursor


async def test_several_folders_are_followed(dovecot: Dovecot, anna: MailUser, connect: MakeConnector) -> None:
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    box.create_folder("Private")
    connector = connect(anna, folders="Orders, ")
    cursor = await start(connector)
    box.append(mail(message_id="in@x"))
    box.append(mail(message_id="order@x"), "Orders")
    box.append(mail(message_id="private@x"), "Private")
    box.append(mail(message_id="sent@x", From=anna.address), "Sent")
    pulled = {message.remote_id: message for message in messages(await connector.pull(cursor))}
    assert set(pulled) == {"in@x", "order@x", "sent@x"}
    assert pulled["sent@x"].direction is Direction.OUTGOING
    location = pulled["order@x"].location
    assert location is not None
    assert (location.folder, location.uid) == ("Orders", 1)


async def test_answers_share_keys_in_whatever_order_they_arrive(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail("Re: a", "c@x", In_Reply_To="<b@x>", References="<a@x> <b@x>"))
    dovecot.deliver(anna, mail("a", "a@x"))
    dovecot.deliver(anna, mail("Re: a", "b@x", In_Reply_To="<a@x>"))
    pulled = {message.remote_id: message for message in messages(*await pull_all(connector, cursor))}
    assert pulled["c@x"].keys == ("c@x", "a@x", "b@x")
    assert pulled["b@x"].keys == ("b@x", "a@x")
    assert (pulled["a@x"].parent, pulled["b@x"].parent, pulled["c@x"].parent) == (None, "a@x", "b@x")


async def test_a_batch_is_never_larger_than_a_page(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlowLine, "now", Slow(Portion(space=4_000)))
    connector = connect(anna)
    cursor = await start(connector)
    for number in range(5):
        dovecot.deliver(anna, mail(message_id=f"{number}@x", text="long " * 250))
    dovecot.deliver(anna, mail(message_id="giant@x", text="long " * 2_000))
    batches = await pull_all(connector, cursor)
    assert [len(messages(batch)) for batch in batches] == [2, 2, 1, 1]
    assert [Cursor.from_json(batch.cursor).folders["INBOX"].uid for batch in batches] == [2, 4, 5, 6]
    assert [message.remote_id for message in messages(*batches)] == [*(f"{n}@x" for n in range(5)), "giant@x"]


async def test_of_a_mail_above_the_cap_the_headers_alone_are_fetched(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlowLine, "now", Slow(Portion(largest=20_000)))
    for room in ("slow_line", "wire"):
        monkeypatch.setattr(f"connectors.email.{room}.MAIL_BYTES", 20_000)
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.deliver(anna, mail("Photos", "big@x", "x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 1_000))
    (message,) = messages(await connector.pull(cursor))
    assert (message.title, message.remote_id, message.raw) == ("Photos", "big@x", None)
    assert "more than is loaded here" in message.text


async def test_a_removed_mail_left_the_folder_and_is_no_tombstone(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    for number in range(3):
        box.append(mail(message_id=f"{number}@x"))
    connector = connect(anna)
    cursor = await start(connector)
    box.append(mail(message_id="new@x"))
    cursor = (await connector.pull(cursor)).cursor
    box.expunge(2, 4)
    batch = await connector.pull(cursor)
    validity = box.uidvalidity()
    assert others(batch) == [LocationGone(Location("INBOX", validity, uid)) for uid in (2, 4)]
    assert (await connector.pull(batch.cursor)).events == ()


async def test_a_move_between_followed_folders_gives_the_new_place_first(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    connector = connect(anna, folders="Orders")
    cursor = await start(connector)
    box.append(mail(message_id="moved@x"))
    cursor = (await connector.pull(cursor)).cursor
    box.move(1, "Orders")
    batch = await connector.pull(cursor)
    (message,) = messages(batch)
    assert message.remote_id == "moved@x"
    assert message.location == Location("Orders", box.uidvalidity("Orders"), 1)
    assert others(batch) == [LocationGone(Location("INBOX", box.uidvalidity(), 1))]


async def test_a_removal_and_an_arrival_at_once_are_both_noticed(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    box.append(mail(message_id="old@x"))
    connector = connect(anna)
    cursor = await start(connector)
    box.expunge(1)
    box.append(mail(message_id="new@x"))
    batch = await connector.pull(cursor)
    assert [message.remote_id for message in messages(batch)] == ["new@x"]
    assert others(batch) == [LocationGone(Location("INBOX", box.uidvalidity(), 1))]


async def test_renumbering_gives_the_same_mails_new_places_and_nothing_gone(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    connector = connect(anna)
    cursor = await start(connector)
    for number in range(3):
        box.append(mail(message_id=f"{number}@x"))
    before = await connector.pull(cursor)
    validity = dovecot.change_uidvalidity(anna, "INBOX")
    batches = await pull_all(connector, before.cursor)
    assert others(*batches) == [FolderRenumbered("INBOX", validity)]
    assert [m.remote_id for m in messages(*batches)] == [m.remote_id for m in messages(before)]
    assert [m.location for m in messages(*batches)] == [Location("INBOX", validity, uid) for uid in (1, 2, 3)]
    assert batches[0].events[0] == FolderRenumbered("INBOX", validity)
    assert (await connector.pull(batches[-1].cursor)).events == ()
    box.append(mail(message_id="next@x"))
    assert [m.remote_id for m in messages(await connector.pull(batches[-1].cursor))] == ["next@x"]


async def test_a_folder_that_is_gone_voids_its_places_once_nobody_names_it(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    box.create_folder("Orders")
    cursor = await start(connect(anna, folders="Orders"))
    box.delete_folder("Orders")
    batch = await connect(anna, folders="Orders").pull(cursor)
    (gap,) = batch.events
    assert isinstance(gap, GapFound)
    batch = await connect(anna).pull(batch.cursor)
    assert batch.events == (FolderRenumbered("Orders", 0), GapClosed(gap.gap))
    assert "Orders" not in batch.cursor["folders"]  # type: ignore[operator]


async def test_a_mail_read_in_another_program_is_read_here(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    connector = connect(anna)
    cursor = await start(connector)
    box.append(mail(message_id="unread@x"))
    box.append(mail(message_id="read@x"), flags=["\\Seen"])
    batch = await connector.pull(cursor)
    assert others(batch) == [ReadElsewhere("read@x")]
    assert box.messages()[0].flags <= {"\\Recent"}  # pulling marks nothing
    box.add_flags(1, "\\Seen")
    later = await connector.pull(batch.cursor)
    assert later.events == (ReadElsewhere("unread@x"),)
    assert (await connector.pull(later.cursor)).events == ()


async def test_a_lost_connection_moves_nothing_and_the_next_pull_signs_in_again(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.stop()
    with pytest.raises(Offline):
        await connector.pull(cursor)
    dovecot.start()
    dovecot.deliver(anna, mail(message_id="back@x"))
    assert [message.remote_id for message in messages(await connector.pull(cursor))] == ["back@x"]


async def test_a_password_changed_later_needs_a_sign_in(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    connector = connect(anna)
    cursor = await start(connector)
    dovecot.change_password(anna, "something else")
    await connector.close()
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)


async def test_mails_without_an_id_have_one_by_their_bytes(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    connector = connect(anna)
    cursor = await start(connector)
    box.append(mail(message_id="", text="first"))
    box.append(mail(message_id="", text="second"))
    box.append(mail(message_id="", text="first"))
    ids = [message.remote_id for message in messages(await connector.pull(cursor))]
    assert len(set(ids)) == 2
    assert all(one.startswith("sha256:") for one in ids)


async def test_a_bomb_is_kept_and_told_and_its_neighbours_are_read(
    dovecot: Dovecot, anna: MailUser, connect: MakeConnector
) -> None:
    box = dovecot.mailbox(anna)
    connector = connect(anna)
    cursor = await start(connector)
    bomb = b"Message-ID: <bomb@x>\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 400_000
    box.append(mail(message_id="one@x"))
    box.append(bomb)
    box.append(mail(message_id="two@x"))
    pulled = {message.remote_id: message for message in messages(await connector.pull(cursor))}
    assert {"one@x", "two@x"} < set(pulled)
    (kept,) = [message for message in pulled.values() if message.raw == bomb]
    assert kept.remote_id == "bomb@x"


async def test_a_cursor_of_nobody_is_refused(anna: MailUser, connect: MakeConnector) -> None:
    with pytest.raises(BadAnswer):
        await connect(anna).pull({"folders": {"INBOX": {"uid": "x"}}})
