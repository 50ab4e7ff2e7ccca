"""Downloads as they really are: each phone's own lines, broken letters, people without a name, damage, packages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import CATALOGUE
from inbox_app.contract.archive import Archive, NoArchive, Skipped
from inbox_app.contract.connector import ReadsArchive
from inbox_app.contract.remote import ReactionsSeen, RemoteMessage
from inbox_app.domain.words import Direction, Kind
from tests.connectors.downloads import samples
from tests.contract.archive_tests import messages, read
from tests.contract.stage import Lent

Open = Callable[[str, Path], Archive]


@pytest.fixture
def opened(lent: Lent) -> Open:
    """Opens a download."""

    def open_one(kind: str, path: Path) -> Archive:
        reader = CATALOGUE[kind].load()
        assert issubclass(reader, ReadsArchive)
        return reader.open_archive(lent.host({}, {}), kind, path)

    return open_one


async def all_of(archive: Archive, own: str = samples.OWN) -> tuple[list[RemoteMessage], list[Skipped]]:
    batches = await read(archive, None, own)
    return messages(batches), [one for batch in batches for one in batch.skipped]


def chat(folder: Path, *lines: str, name: str = "WhatsApp Chat with Anna.txt") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


# --- WhatsApp --------------------------------------------------------------------------------------------------------


async def test_each_phone_writes_its_own_lines(opened: Open, tmp_path: Path) -> None:
    forms = {
        "[31.12.22, 23:59:07] Anna: hello": (2022, 12, 31, 23, 59, 7),
        "\u200e[31/12/2022, 23:59:07] Anna: hello": (2022, 12, 31, 23, 59, 7),
        "12/31/22, 11:59\u202fPM - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "2022-12-31, 12:05 a.m. - Anna: hello": (2022, 12, 31, 0, 5, 0),
        "31/12/22, 23:59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31/12/2022, 11:59 p. m. - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31/12/2022 à 23:59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31.12.2022 klo 23.59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31/12/22, 11:59 μ.μ. - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31.12.2022 г., 23:59 ч. - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "2022. 12. 31. 23:59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "٣١\u200f/١٢\u200f/٢٠٢٢، ١١:٥٩ م - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "2022/12/31 下午11:59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "[2022. 12. 31. 오전 12:05:07] Anna: hello": (2022, 12, 31, 0, 5, 7),
        "31/12/2022 11:59 CH - Anna: hello": (2022, 12, 31, 23, 59, 0),
        "31/12/2565 23:59 - Anna: hello": (2022, 12, 31, 23, 59, 0),
    }
    for line, expected in forms.items():
        (one,), skipped = await all_of(opened("whatsapp", chat(tmp_path, line)))
        wall = one.sent_at.astimezone()
        assert (*wall.timetuple()[:6],) == expected, line
        assert (one.author.name, one.text, skipped) == ("Anna", "hello", [])


async def test_a_notice_with_a_colon_in_it_is_nobodys_message(opened: Open, tmp_path: Path) -> None:
    lines = [
        '01/02/23, 10:00 - Anna changed the group name to "Ideas: 2024"',
        '01/02/23, 10:01 - Anna "Ace" Rossi: "two: three"',
    ]
    (one,), (notice,) = await all_of(opened("whatsapp", chat(tmp_path, *lines)))
    assert (one.author.name, one.text) == ('Anna "Ace" Rossi', '"two: three"')
    assert notice.where.endswith(":1")


async def test_a_message_of_several_lines_and_one_that_only_looks_like_a_date(opened: Open, tmp_path: Path) -> None:
    path = chat(
        tmp_path, "01/02/23, 10:00 - Anna: one", "", "14/02/23 is the day", "01/02/23, 10:01 - maya: two: three"
    )
    found, skipped = await all_of(opened("whatsapp", path))
    assert [one.text for one in found] == ["one\n\n14/02/23 is the day", "two: three"]
    assert [one.direction for one in found] == [Direction.INCOMING, Direction.OUTGOING]
    assert skipped == []


async def test_what_the_app_itself_says_is_no_message(opened: Open, tmp_path: Path) -> None:
    notice = "01/02/23, 09:59 - Messages and calls are end-to-end encrypted."
    path = chat(tmp_path, "A heading", notice, "01/02/23, 10:00 - Anna: one", "31/02/23, 10:00 - Anna: no such day")
    found, skipped = await all_of(opened("whatsapp", path))
    assert [one.text for one in found] == ["one"]
    assert [one.where.rpartition(":")[2] for one in skipped] == ["1", "2", "4"]


async def test_the_same_twice_in_a_minute_is_two_and_a_longer_export_adds_only_what_is_new(
    opened: Open, tmp_path: Path
) -> None:
    lines = ["01/02/23, 10:00 - Anna: ok", "01/02/23, 10:00 - Anna: ok"]
    first, _ = await all_of(opened("whatsapp", chat(tmp_path, *lines)))
    later = chat(tmp_path, *lines, "01/02/23, 10:01 - Anna: ok", name="WhatsApp Chat with Anna (1).txt")
    longer, _ = await all_of(opened("whatsapp", later))
    ids = [one.remote_id for one in longer]
    assert len(set(ids)) == 3
    assert ids[:2] == [one.remote_id for one in first]
    assert {one.keys for one in [*first, *longer]} == {("Anna",)}


async def test_files_of_a_packed_chat_come_along_and_missing_ones_are_named(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Anna.zip"
    text = (
        "[01/02/23, 10:00:00] Anna: \u200e<attached: 01-PHOTO.png>\n[01/02/23, 10:01:00] Anna: <attached: gone.jpg>\n"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", text)
        archive.writestr("01-PHOTO.png", b"\x89PNG\r\n\x1a\n rest")
    (first, second), (missing,) = await all_of(opened("whatsapp", path))
    assert (first.text, first.keys) == ("", ("Anna",))
    (file,) = first.attachments
    assert (file.name, file.media_type, file.data) == ("01-PHOTO.png", "image/png", b"\x89PNG\r\n\x1a\n rest")
    assert second.attachments[0].data is None
    assert missing.where == "gone.jpg"


async def test_words_that_look_like_a_file_stay_words(opened: Open, tmp_path: Path) -> None:
    (one,), _ = await all_of(opened("whatsapp", chat(tmp_path, "01/02/23, 10:00 - Anna: offer.pdf (the old one)")))
    assert one.text == "offer.pdf (the old one)"
    assert one.attachments == ()


async def test_three_people_are_a_room(opened: Open, tmp_path: Path) -> None:
    lines = [f"01/02/23, 10:0{place} - {name}: hi" for place, name in enumerate(("Anna", "maya", "Bo"))]
    found, _ = await all_of(opened("whatsapp", chat(tmp_path, *lines, name="WhatsApp Chat with Our group.txt")))
    assert {(one.kind, one.title) for one in found} == {(Kind.ROOM, "Our group")}


async def test_a_text_that_is_no_chat_is_refused(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="no download of WhatsApp"):
        await opened("whatsapp", chat(tmp_path, *["just words"] * 100)).survey()


# --- Telegram --------------------------------------------------------------------------------------------------------


async def test_telegram_tells_pieces_services_files_and_reactions(opened: Open, tmp_path: Path) -> None:
    said: list[object] = [
        {"id": 1, "type": "service", "date_unixtime": "1684054800", "action": "create_group"},
        {
            "id": 2, "type": "message", "date": "2023-05-14T09:00:00", "date_unixtime": "1684054800", "from": "Anna",
            "from_id": "user8", "text": ["see ", {"type": "link", "text": "https://example.org"}, "!"],
            "reactions": [{"type": "emoji", "count": 2, "emoji": "👍"}], "photo": "photos/1.jpg",
        },
        {
            "id": 3, "type": "message", "date_unixtime": "1684054900", "from": None, "from_id": "user9",
            "reply_to_message_id": 2, "text": "", "poll": {"question": "When?", "answers": [{"text": "Now"}]},
        },
    ]  # fmt: skip
    group = {"name": "Our group", "type": "private_group", "id": 44, "messages": said}
    path = samples.write_json(tmp_path / "ChatExport/result.json", group)
    (path.parent / "photos").mkdir()
    (path.parent / "photos/1.jpg").write_bytes(b"\xff\xd8\xff picture")
    batches = await read(opened("telegram", path.parent), None, samples.OWN)
    first, second = messages(batches)
    assert (first.text, first.attachments[0].data) == ("see https://example.org!", b"\xff\xd8\xff picture")
    assert (second.text, second.parent, second.author.remote_id) == ("When?\n• Now", first.remote_id, "9")
    assert {(one.kind, one.title, one.keys) for one in (first, second)} == {(Kind.ROOM, "Our group", ("44",))}
    (reactions,) = [one for batch in batches for one in batch.events if isinstance(one, ReactionsSeen)]
    assert (reactions.remote_id, reactions.counts) == (first.remote_id, (("👍", 2),))
    assert len([one for batch in batches for one in batch.skipped]) == 1


async def test_whoever_bears_our_name_is_not_us_where_the_number_is_known(opened: Open, tmp_path: Path) -> None:
    path = samples.telegram(tmp_path, 2)
    namesake = {
        "id": 99,
        "type": "message",
        "date_unixtime": "1684054800",
        "from": "Maya",
        "from_id": "user66",
        "text": "",
    }
    samples.edit_json(
        path / "result.json",
        lambda content: content["chats"]["list"][0]["messages"].append(namesake),  # type: ignore[index]
    )
    found, _ = await all_of(opened("telegram", path))
    assert [one.direction for one in found] == [Direction.OUTGOING, Direction.INCOMING, Direction.INCOMING]


async def test_a_cut_export_gives_what_is_whole_and_says_where_it_ends(opened: Open, tmp_path: Path) -> None:
    path = samples.telegram(tmp_path, 50) / "result.json"
    path.write_bytes(path.read_bytes()[:-900])
    found, skipped = await all_of(opened("telegram", path))
    assert 40 < len(found) < 50
    assert [(one.where, "damaged" in one.why) for one in skipped] == [("result.json", True)]


# --- Instagram and Facebook ------------------------------------------------------------------------------------------


async def test_broken_letters_are_mended_and_whole_ones_stay(opened: Open, tmp_path: Path) -> None:
    thread = samples.meta_thread(0)
    thread["messages"] = [
        {"sender_name": samples.broken("Zoë"), "timestamp_ms": 2, "content": samples.broken("perché 🎉")},
        {"sender_name": "Zoë 🎉", "timestamp_ms": 1, "content": "whole: è"},
    ]
    samples.write_json(tmp_path / "messages/inbox/zoe_1/message_1.json", thread)
    found, _ = await all_of(opened("instagram", tmp_path))
    assert [(one.author.name, one.text) for one in found] == [("Zoë 🎉", "whole: è"), ("Zoë", "perché 🎉")]


async def test_people_who_left_bear_one_name_and_stay_apart(opened: Open, tmp_path: Path) -> None:
    for place in ("one_1", "two_2"):
        said = {"sender_name": "Facebook user", "timestamp_ms": 1, "content": "hello"}
        content = {"participants": [{"name": "Facebook user"}, {"name": "maya"}], "messages": [said]}
        samples.write_json(tmp_path / f"messages/inbox/{place}/message_1.json", content)
    found, _ = await all_of(opened("facebook", tmp_path))
    assert len({one.author.remote_id for one in found}) == 2


async def test_comments_and_groups_of_facebook_are_told(opened: Open, tmp_path: Path) -> None:
    text = samples.broken("Può bastare così")
    comment = {"timestamp": 1684054800, "comment": text, "author": "Maya", "group": samples.broken("Caffè")}
    rows = [
        {"timestamp": 1684054800, "data": [{"comment": comment}], "title": "x"},
        {"timestamp": 5, "title": "no words"},
    ]
    samples.write_json(
        tmp_path / "your_facebook_activity/groups/your_comments_in_groups.json", {"group_comments_v2": rows}
    )
    post = [{"timestamp": 1684054900, "data": [{"post": "Welcome all"}], "title": "Maya posted in Caffè."}]
    samples.write_json(tmp_path / "groups/your_posts_in_groups.json", {"group_posts_v2": post})
    found, skipped = await all_of(opened("facebook", tmp_path))
    assert {(one.text, one.title) for one in found} == {
        ("Può bastare così", "Caffè"),
        ("Welcome all", "Maya posted in Caffè."),
    }
    assert {one.kind for one in found} == {Kind.COMMENTS}
    assert len(skipped) == 1


async def test_one_damaged_thread_costs_no_other(opened: Open, tmp_path: Path) -> None:
    samples.instagram(tmp_path, 4)
    broken = tmp_path / "instagram-maya/your_instagram_activity/messages/inbox/aaa_9/message_1.json"
    broken.parent.mkdir()
    broken.write_bytes(b'{"messages": [')
    found, (skipped,) = await all_of(opened("instagram", tmp_path))
    assert len(found) == 4
    assert skipped.where.endswith("aaa_9/message_1.json")


# --- Mastodon, Chatwoot ----------------------------------------------------------------------------------------------


async def test_direct_answers_and_files_of_a_mastodon_archive(opened: Open, tmp_path: Path) -> None:
    path = samples.mastodon(tmp_path, 2)
    picture = path / "media_attachments/files/1.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")

    def edit(content: dict[str, object]) -> None:
        items = content["orderedItems"]
        assert isinstance(items, list)
        items[0]["object"] |= {"to": ["https://other.example/users/bo"], "cc": []}
        items[1]["object"] |= {
            "inReplyTo": "https://other.example/1",
            "content": '<p>yes <script>alert(1)</script><a href="https://example.org">so</a></p>',
            "attachment": [{"url": "/media_attachments/files/1.png", "mediaType": "image/png", "name": "a cat"}],
        }

    samples.edit_json(path / "outbox.json", edit)
    (direct, answer), _ = await all_of(opened("mastodon", samples.packed(path)), "maya@example.social")
    assert direct.kind is Kind.DIRECT
    assert (answer.kind, answer.parent) == (Kind.MENTION, "https://other.example/1")
    assert "script" not in (answer.html or "")
    assert [(one.data, one.description) for one in answer.attachments] == [(b"picture", "a cat")]


async def test_chatwoots_people_are_known_and_its_private_notes_stay_out(opened: Open, tmp_path: Path) -> None:
    path = samples.chatwoot(tmp_path, 3)
    with (path / "messages.csv").open("a", encoding="utf-8") as file:
        file.write('90,5,"for us\nonly",1,t,2023-05-14 10:00:00,User,1\r\n91,5,x,2,f,2023-05-14 10:00:00,,\r\n92,5\r\n')
        file.write("93,6,hi,0,f,1684054800,Contact,77\r\n94,5,hi,0,f,someday,Contact,1\r\n")
    found, skipped = await all_of(opened("chatwoot", path))
    assert [(one.author.name, one.author.handle) for one in found] == [
        ("Maya", "maya"),
        (samples.ANNA, "anna@example.net"),
        (samples.ANNA, "anna@example.net"),
        ("", "contact 77"),
    ]
    assert len(skipped) == 4


# --- packages --------------------------------------------------------------------------------------------------------


async def test_no_name_in_a_package_or_a_message_leads_outside(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    top = tmp_path / "download"
    thread = samples.meta_thread(0)
    uris = ("../../../../secret.png", str(tmp_path / "secret.png"), "photos/link.png")
    thread["messages"] = [{"sender_name": "x", "timestamp_ms": 1, "photos": [{"uri": uri} for uri in uris]}]
    samples.write_json(top / "messages/inbox/x_1/message_1.json", thread)
    (top / "photos").mkdir()
    (top / "photos/link.png").symlink_to(tmp_path / "secret.png")
    (one,), skipped = await all_of(opened("instagram", top))
    assert [file.data for file in one.attachments] == [None, None, None]
    assert len(skipped) == 3


async def test_locked_damaged_and_other_packages_say_what_to_do(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "archive.tar.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "empty").mkdir()
    for name, sentence in (
        ("half.zip", "damaged"),
        ("archive.tar.gz", "unpacked"),
        ("empty", "no download of Facebook"),
    ):
        with pytest.raises(NoArchive, match=sentence):
            await opened("facebook", tmp_path / name).survey()


async def test_a_time_nobody_can_have_is_skipped(opened: Open, tmp_path: Path) -> None:
    thread = samples.meta_thread(1)
    assert isinstance(thread["messages"], list)
    thread["messages"] += [
        {"sender_name": "x", "timestamp_ms": 10**30, "content": "y"},
        {"sender_name": "x", "timestamp_ms": True, "content": "y"},
        "words",
    ]
    samples.write_json(tmp_path / "messages/inbox/x_1/message_1.json", thread)
    found, skipped = await all_of(opened("instagram", tmp_path))
    assert (len(found), len(skipped)) == (1, 3)


@pytest.mark.parametrize("kind", ["whatsapp", "telegram", "instagram", "facebook", "mastodon", "chatwoot"])
async def test_damage_inside_a_package_is_said_and_stops_nothing(opened: Open, tmp_path: Path, kind: str) -> None:
    """Each file in turn, from a bit that flipped on the disk to a way of packing that nobody here knows."""
    whole = _packed_sample(kind, tmp_path)
    with zipfile.ZipFile(whole) as archive:
        files = archive.infolist()
    said = 0
    for number, one in enumerate(files):
        damaged = bytearray(whole.read_bytes())
        begin = one.header_offset + 30 + len(one.filename.encode())
        if number % 2:
            damaged[begin : begin + one.compress_size] = bytes(one.compress_size)
        else:
            damaged[begin + one.compress_size // 2] ^= 0xFF
        path = tmp_path / "damaged.zip"
        path.write_bytes(damaged)
        try:
            archive_found = opened(kind, path)
            await archive_found.survey()
            _found, skipped = await all_of(archive_found)
        except NoArchive:
            said += 1
            continue
        said += bool(skipped)
    assert said, "of a file with messages, or with people alone"


def _packed_sample(kind: str, tmp_path: Path) -> Path:
    top = tmp_path / "sample"
    top.mkdir()
    made = getattr(samples, kind)(top, 40)
    path = tmp_path / "WhatsApp Chat - Anna.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(one for one in (made if made.is_dir() else made.parent).rglob("*") if one.is_file()):
            archive.write(file, file.relative_to(top).as_posix())
    return path


async def test_one_chat_that_ends_in_the_midst_is_surveyed_too(opened: Open, tmp_path: Path) -> None:
    """It says nowhere whose it is, so it is looked for to the end of the file."""
    path = samples.telegram(tmp_path, 40)
    file = path if path.is_file() else path / "result.json"
    one_chat = {"name": "Anna", "type": "personal_chat", "id": 7, "messages": samples.telegram_messages(40)}
    file.write_text(json.dumps(one_chat)[:-200])
    archive = opened("telegram", path)
    assert (await archive.survey()).own == frozenset()
    found, skipped = await all_of(archive)
    assert len(found) >= 30
    assert "damaged" in skipped[-1].why
