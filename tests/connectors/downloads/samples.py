"""Downloads made to each service's published description, small and whole."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

OWN = "maya"
ANNA = "Anna Però"
START = datetime(2023, 5, 14, 9, 0, tzinfo=UTC)


def whose(number: int) -> str:
    """Each third message is ours."""
    return OWN if number % 3 == 0 else ANNA


def broken(value: object) -> object:
    """As Instagram and Facebook write it: each byte a letter."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [broken(one) for one in value]
    if isinstance(value, dict):
        return {name: broken(one) for name, one in value.items()}
    return value


def write_json(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return path


def whatsapp(folder: Path, count: int) -> Path:
    path = folder / f"WhatsApp Chat with {ANNA}.txt"
    lines = []
    for number in range(count):
        at = START + timedelta(minutes=number)
        lines.append(f"{at:%d/%m/%y, %H:%M} - {whose(number)}: message {number}\n")
    path.write_text("".join(lines), "utf-8")
    return path


def telegram_messages(count: int) -> list[object]:
    return [
        {
            "id": number + 1,
            "type": "message",
            "date": f"{START + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S}",
            "date_unixtime": str(int((START + timedelta(minutes=number)).timestamp())),
            "from": whose(number),
            "from_id": "user7" if whose(number) == OWN else "user8",
            "text": f"message {number}",
            "text_entities": [],
        }
        for number in range(count)
    ]


def telegram(folder: Path, count: int) -> Path:
    chat = {"name": ANNA, "type": "personal_chat", "id": 8, "messages": telegram_messages(count)}
    whole = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 7, "first_name": "Maya", "last_name": "", "phone_number": "+39 1"},
        "chats": {"about": "This page lists all chats.", "list": [chat]},
    }
    return write_json(folder / "export/result.json", whole).parent


def meta_thread(count: int, first: int = 0) -> dict[str, object]:
    said = [
        {
            "sender_name": whose(number),
            "timestamp_ms": int((START + timedelta(minutes=number)).timestamp() * 1000),
            "content": f"message {number}",
        }
        for number in range(first, first + count)
    ]
    people = [{"name": ANNA}, {"name": OWN}]
    return {"participants": people, "messages": said[::-1], "title": ANNA, "thread_path": "inbox/anna_1"}


def instagram(folder: Path, count: int) -> Path:
    top = folder / "instagram-maya"
    inside = top / "your_instagram_activity/messages/inbox/annapero_1"
    half = count // 2
    write_json(inside / "message_1.json", broken(meta_thread(count - half, half)))
    write_json(inside / "message_2.json", broken(meta_thread(half)))
    profile = {"profile_user": [{"string_map_data": {"Nome": {"value": "Maya"}}}]}
    write_json(top / "personal_information/personal_information/personal_information.json", profile)
    return top


def facebook(folder: Path, count: int) -> Path:
    """As a ZIP, as it comes."""
    top = folder / "facebook"
    write_json(top / "your_facebook_activity/messages/inbox/anna_1/message_1.json", broken(meta_thread(count)))
    profile = {"profile_v2": {"name": {"full_name": "Maya"}}}
    write_json(top / "personal_information/profile_information/profile_information.json", profile)
    return packed(top)


def packed(top: Path) -> Path:
    path = top.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(top.rglob("*")):
            if one.is_file():
                archive.write(one, one.relative_to(top))
    return path


COLUMNS = ("id", "conversation_id", "content", "message_type", "private", "created_at", "sender_type", "sender_id")


def chatwoot(folder: Path, count: int) -> Path:
    top = folder / "chatwoot"
    top.mkdir()
    rows = [
        (number + 1, 5, f"message {number}", int(whose(number) == OWN), "f", f"{START:%Y-%m-%d %H:%M:%S}",
         "User" if whose(number) == OWN else "Contact", 1)
        for number in range(count)
    ]  # fmt: skip
    write_csv(top / "messages.csv", COLUMNS, rows)
    write_csv(top / "contacts.csv", ("id", "name", "email"), [(1, ANNA, "anna@example.net")])
    write_csv(top / "users.csv", ("id", "name", "email"), [(1, "Maya", OWN)])
    return top


def write_csv(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def edit_json(path: Path, edit: Callable[[dict[str, object]], object]) -> None:
    """Change one file."""
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


def mastodon(folder: Path, count: int) -> Path:
    top = folder / "archive"
    actor = "https://example.social/users/maya"
    said = [
        {
            "type": "Create",
            "object": {
                "id": f"{actor}/statuses/{number}",
                "type": "Note",
                "published": f"{START + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
                "content": f"<p>message {number}</p>",
                "to": ["https://www.w3.org/ns/activitystreams#Public"],
                "cc": [f"{actor}/followers"],
                "inReplyTo": None,
                "attachment": [],
            },
        }
        for number in range(count)
    ]
    write_json(top / "outbox.json", {"type": "OrderedCollection", "totalItems": count, "orderedItems": said})
    write_json(top / "actor.json", {"id": actor, "preferredUsername": "maya", "name": "Maya"})
    return top
