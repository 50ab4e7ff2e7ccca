"""A Bot API server on a real socket, with a memory: updates are told again until an offset passes them.

There is no honest one to install. What it says and hears is checked against the published description (`botapi`).
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.connectors.telegram.botapi import Exchange
from tests.fakes.on_loopback import OnLoopback

TOKEN = "7000001:AAcanaryTOKENthatNobodyMaySee_0123456789"
BOT = {"id": 7_000_001, "is_bot": True, "first_name": "Kiln", "username": "kiln_bot"}
ANNA = {"id": 501, "is_bot": False, "first_name": "Anna", "username": "anna"}
BEN = {"id": 502, "is_bot": False, "first_name": "Ben"}
GROUP = {"id": -100_111, "type": "supergroup", "title": "Potters", "username": "potters"}
FORUM = {"id": -100_222, "type": "supergroup", "title": "Workshop", "is_forum": True}
CHANNEL = {"id": -100_333, "type": "channel", "title": "Kiln news", "username": "kilnnews"}
PRIVATE = {"id": 501, "type": "private", "first_name": "Anna", "username": "anna"}

Json = dict[str, Any]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


class TelegramServer(OnLoopback):
    """One bot, and everybody who writes to it."""

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.webhook = ""
        self.rights: Json = {}
        """The bot's rights as an administrator; without any it is a member."""
        self.updates: list[Json] = []
        self.messages: dict[tuple[int, int], Json] = {}
        self.files: dict[str, bytes] = {}
        self.banned: set[int] = set()
        self.muted: set[int] = set()
        self.reactions: dict[tuple[int, int], list[Json]] = {}
        self.exchanges: list[Exchange] = []
        self.begun: list[tuple[str, Json]] = []
        """What was asked, also where it is not answered yet."""
        self.nonsense: bytes | None = None
        self.raw: list[Any] | None = None
        """What `getUpdates` tells instead of the truth."""
        self.before: list[Callable[[str, Json], None]] = []
        """May raise `Refused`, before anything is carried out."""
        self.lose_answers = 0
        self._numbers, self._update = 100, 1000
        self._polls = 0
        self._news = threading.Condition()
        self.up()

    # --- the people outside ------------------------------------------------------------------------------------------

    def say(self, text: str, chat: Json = PRIVATE, sender: Json = ANNA, **more: Any) -> Json:
        """Somebody writes."""
        message = self.write(chat, sender, **({"text": text} if text else {}), **more)
        self.tell("message", message)
        return message

    def answer(self, text: str, to: Json, sender: Json = ANNA, **more: Any) -> Json:
        """Somebody answers a message, which Telegram brings along one level deep."""
        above = {name: value for name, value in to.items() if name != "reply_to_message"}
        return self.say(text, to["chat"], sender, reply_to_message=above, **more)

    def post(self, text: str) -> Json:
        """The channel publishes, and Telegram brings the post into the discussion group."""
        origin = {"type": "channel", "chat": CHANNEL, "message_id": 17, "date": int(time.time())}
        service = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}
        return self.say(
            text, GROUP, service, sender_chat=CHANNEL, forward_origin=origin, is_automatic_forward=True
        )  # fmt: skip

    def edit(self, message: Json, text: str) -> None:
        """Its author changes a message."""
        name = "caption" if "caption" in message else "text"
        message.update({name: text, "edit_date": int(time.time())})
        self.tell("edited_message", dict(message))

    def react(self, message: Json, old: str, new: str, sender: Json = ANNA) -> None:
        """Somebody reacts."""
        said = [[{"type": "emoji", "emoji": one}] if one else [] for one in (old, new)]
        change = {
            "chat": message["chat"],
            "message_id": message["message_id"],
            "user": sender,
            "date": int(time.time()),
        }
        self.tell("message_reaction", {**change, "old_reaction": said[0], "new_reaction": said[1]})

    def tell(self, kind: str, what: Json) -> None:
        """Put an update into the queue."""
        with self._news:
            self._update += 1
            self.updates.append({"update_id": self._update, kind: what})
            self._news.notify_all()

    def ours(self, text: str) -> list[Json]:
        """The bot's messages with this text: the oracle."""
        said = self.messages.values()
        return [one for one in said if one["from"] == BOT and text in (one.get("text") or one.get("caption") or "")]

    def membership(self) -> Json:
        """What `getChatMember` says of the bot."""
        if not self.rights:
            return {"status": "member", "user": BOT}
        names = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
            "can_edit_stories", "can_delete_stories",
        )  # fmt: skip
        return {"status": "administrator", "user": BOT, **dict.fromkeys(names, False), **self.rights}

    def write(self, chat: Json, sender: Json, **more: Any) -> Json:
        """A message in a chat, of which nobody is told."""
        self._numbers += 1
        message = {"message_id": self._numbers, "from": sender, "chat": chat, "date": int(time.time()), **more}
        self.messages[chat["id"], self._numbers] = message
        return message

    # --- methods -----------------------------------------------------------------------------------------------------

    def call(self, method: str, params: Json, files: Json) -> Any:
        """Carry a method out."""
        self.begun.append((method, params))
        for rule in tuple(self.before):
            rule(method, params)
        return getattr(self, f"_do_{method}")(params, files)

    def _do_getMe(self, _params: Json, _files: Json) -> Json:
        more = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
        return {**BOT, **dict.fromkeys(more, False), "has_main_web_app": False}

    def _do_getWebhookInfo(self, _params: Json, _files: Json) -> Json:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    def _do_getUpdates(self, params: Json, _files: Json) -> list[Json]:
        if self.raw is not None:
            return self.raw
        offset, until = params.get("offset", 0), time.monotonic() + params.get("timeout", 0)
        with self._news:
            self._polls += 1
            mine = self._polls
            self._news.notify_all()
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
            while not self.updates and time.monotonic() < until and mine == self._polls:
                self._news.wait(0.2)
            if mine != self._polls:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
            wanted = params["allowed_updates"]
            return [one for one in self.updates if wanted and set(one) & set(wanted)][: params.get("limit", 100)]

    def _do_getChatMember(self, _params: Json, _files: Json) -> Json:
        return self.membership()

    def _do_sendMessage(self, params: Json, _files: Json) -> Json:
        if len(params["text"].encode("utf-16-le")) // 2 > 4096:
            raise Refused(400, "Bad Request: message is too long")
        return self._sent(params, text=params["text"], **_beside(params, "entities"))

    def _do_sendPhoto(self, params: Json, files: Json) -> Json:
        photo = [{**self._keep(files["photo"]), "width": 10, "height": 10}]
        return self._sent(params, caption=params["caption"], **_beside(params, "caption_entities"), photo=photo)

    def _do_sendDocument(self, params: Json, files: Json) -> Json:
        return self._sent(params, caption=params["caption"], document=self._keep(files["document"]))

    def _do_sendMediaGroup(self, params: Json, files: Json) -> list[Json]:
        if not 2 <= len(params["media"]) <= 10:
            raise Refused(400, "Bad Request: wrong number of messages in the album")
        group = f"album{self._numbers}"
        return [
            self._part(params, one, files[one["media"].removeprefix("attach://")], group) for one in params["media"]
        ]

    def _part(self, params: Json, media: Json, file: Any, group: str) -> Json:
        kept = self._keep(file)
        content: Json = {name: media[name] for name in ("caption", "caption_entities") if name in media}
        shown = [{**kept, "width": 10, "height": 10}] if media["type"] == "photo" else kept
        return self._sent(params, media_group_id=group, **{media["type"]: shown}, **content)

    def _do_getFile(self, params: Json, _files: Json) -> Json:
        name = params["file_id"]
        if name not in self.files:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return {"file_id": name, "file_unique_id": f"u{name}", "file_path": f"documents/{name}"}

    def _do_editMessageText(self, params: Json, _files: Json) -> Json:
        return self._changed(params, "text")

    def _do_editMessageCaption(self, params: Json, _files: Json) -> Json:
        return self._changed(params, "caption")

    def _do_deleteMessage(self, params: Json, _files: Json) -> bool:
        if self.messages.pop((params["chat_id"], params["message_id"]), None) is None:
            raise Refused(400, "Bad Request: message to delete not found")
        return True

    def _do_banChatMember(self, params: Json, _files: Json) -> bool:
        if not self.rights.get("can_restrict_members"):
            raise Refused(400, "Bad Request: not enough rights to restrict/unrestrict chat member")
        self.banned.add(params["user_id"])
        return True

    def _do_unbanChatMember(self, params: Json, _files: Json) -> bool:
        self.banned.discard(params["user_id"])
        return True

    def _do_restrictChatMember(self, params: Json, _files: Json) -> bool:
        self.muted.add(params["user_id"])
        return True

    def _do_setMessageReaction(self, params: Json, _files: Json) -> bool:
        if any(one["emoji"] == "🧱" for one in params["reaction"]):
            raise Refused(400, "Bad Request: REACTION_INVALID")
        self.reactions[params["chat_id"], params["message_id"]] = params["reaction"]
        return True

    def _sent(self, params: Json, **content: Any) -> Json:
        above = self.messages.get((params["chat_id"], params["reply_parameters"]["message_id"]))
        if above is None:
            raise Refused(400, "Bad Request: message to be replied not found")
        more = {name: above[name] for name in ("message_thread_id", "is_topic_message") if name in above}
        above = {name: value for name, value in above.items() if name != "reply_to_message"}
        return self.write(above["chat"], BOT, reply_to_message=above, **more, **content)

    def _changed(self, params: Json, name: str) -> Json:
        message = self.messages[params["chat_id"], params["message_id"]]
        if message[name] == params[name]:
            raise Refused(400, "Bad Request: message is not modified")
        message.update({name: params[name], "edit_date": int(time.time())})
        return message

    def keep_file(self, data: bytes) -> Json:
        """A file that somebody sent."""
        return self._keep((data,))

    def _keep(self, file: Any) -> Json:
        name = f"F{len(self.files)}"
        self.files[name] = file[0]
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(file[0])}

    # --- the socket --------------------------------------------------------------------------------------------------

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One method's answer, or a file's bytes."""
        if request.command == "GET":
            self._serve_file(request)
            return
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        token, _slash, method = urlsplit(request.path).path.removeprefix("/bot").partition("/")
        params, files = _read(request.headers.get("Content-Type", ""), body)
        status, answer = 200, {}
        try:
            if token != self.token:
                raise Refused(401, "Unauthorized")
            answer = {"ok": True, "result": self.call(method, params, files)}
        except Refused as refused:
            status = refused.status
            answer = {"ok": False, "error_code": status, "description": refused.description}
            answer |= {"parameters": refused.parameters} if refused.parameters else {}
        self.exchanges.append(Exchange(method, params, tuple(files), status, json.loads(json.dumps(answer))))
        if self.lose_answers and method.startswith("send"):
            self.lose_answers -= 1
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(request, status, self.nonsense or json.dumps(answer).encode(), "application/json")

    def _serve_file(self, request: BaseHTTPRequestHandler) -> None:
        data = self.files.get(unquote(request.path).removeprefix(f"/file/bot{self.token}/documents/"))
        self._write(request, 404 if data is None else 200, data or b"", "application/octet-stream")

    def _write(self, request: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
        with suppress(OSError):
            request.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Connection", "close")):
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)


def _value(name: str, said: str) -> Any:
    """In a form what is no text is JSON."""
    return said if name in ("caption", "text", "file_id") else json.loads(said)


def _beside(params: Json, name: str) -> Json:
    return {name: params[name]} if name in params else {}


def _read(kind: str, body: bytes) -> tuple[Json, Json]:
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: _value(name, values[0]) for name, values in parse_qs(body.decode()).items()}, {}
    if not kind.startswith("multipart/"):
        return json.loads(body or b"{}"), {}
    message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    params: Json = {}
    files: Json = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if name and isinstance(data, bytes) and part.get_filename():
            files[str(name)] = (data, part.get_filename())
        elif name and isinstance(data, bytes):
            with suppress(ValueError):
                params[str(name)] = _value(str(name), data.decode())
    return params, files
