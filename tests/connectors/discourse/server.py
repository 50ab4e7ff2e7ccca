"""A forum on a real socket, with a memory: users, topics, posts, private messages, likes, files, keys and limits.

There is none to install. It does what the source of Discourse says (its controllers and serializers), answers with all
that the published description requires, and everything that it says and hears is checked against that (`openapi`).
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
from base64 import encodebytes
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.connectors.discourse.forum import Asked, Json, Post, Refused, Topic, User, form_of, moment
from tests.connectors.discourse.openapi import Exchange, example_of_post, like
from tests.connectors.discourse.review import ReviewQueue, result_of
from tests.fakes.on_loopback import OnLoopback

KEY = "canaryUSERkeyThatNobodyMaySee0123456789abcdef"
ADMIN_KEY = "canaryADMINkeyThatNobodyMaySee0123456789abcde"


class DiscourseServer(OnLoopback):
    """One forum. `per_minute` is how many requests a user's key has, None for as many as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.brand = User(7, "brand", "The Brand")
        self.anna, self.ben = User(8, "anna", "Anna"), User(9, "ben", "Ben")
        self.users = {one.username: one for one in (self.brand, self.anna, self.ben)}
        self.keys: dict[str, User] = {KEY: self.brand}
        self.topics: dict[int, Topic] = {}
        self.posts: dict[int, Post] = {}
        self.notices: list[Json] = []
        self.pending: list[Json] = []
        self.review = ReviewQueue()
        self.uploads: dict[str, bytes] = {}
        self.exchanges: list[Exchange] = []
        self.now = datetime.now(UTC) - timedelta(days=2)
        self.per_minute: int | None = None
        self.asked = 0
        self.old = False
        """Whether it gives the posts of fifty ids and not the next fifty posts, as forums did until 2022."""
        self.knows_raw = True
        self.holds = False
        """Whether a moderator looks at what the brand writes before anybody else does."""
        self.shortest = 1
        self.needs_category = False
        self.nonsense: bytes | None = None
        self.lose_answers = 0
        self.before: list[Callable[[str, str, Any], None]] = []
        """May raise `Refused`, or wait, before anything is carried out."""
        self._lock = threading.RLock()
        self.up()

    # --- the people outside ------------------------------------------------------------------------------------------

    def begin(self, title: str, raw: str, who: User | None = None, *, level: int = 1, **more: Any) -> Post:
        """Somebody begins a topic; `level` is how closely the brand follows it."""
        topic = Topic(len(self.topics) + 100, title, who or self.anna, **more)
        topic.levels[self.brand.username] = 3 if topic.owner is self.brand else level
        self.topics[topic.id] = topic
        return self.say(raw, topic, topic.owner)

    def say(self, raw: str, topic: Topic, who: User | None = None, to: int | None = None, **more: Any) -> Post:
        """Somebody writes in a topic."""
        with self._lock:
            self.now += timedelta(seconds=1)
            number = max((one.number for one in self.in_topic(topic)), default=0) + 1
            made = Post(max(self.posts, default=1000) + 1, topic, number, who or self.anna, raw, self.now, to, **more)
            self.posts[made.id] = made
            return made

    def notify(self, post: Post, kind: int = 1) -> None:
        """The brand is told of a post."""
        data = {"original_post_id": post.id, "display_username": post.author.username}
        self.notices.append(
            {
                "id": len(self.notices) + 50,
                "user_id": self.brand.id,
                "notification_type": kind,
                "read": False,
                "created_at": moment(post.at),
                "post_number": post.number,
                "topic_id": post.topic.id,
                "slug": "topic",
                "data": data,
            }
        )

    def edit(self, post: Post, raw: str) -> None:
        """Its author changes a post."""
        post.raw, post.version = raw, post.version + 1

    def in_topic(self, topic: Topic) -> list[Post]:
        """Its posts, oldest first."""
        return [one for one in self.posts.values() if one.topic is topic]

    def ours(self, text: str) -> list[Post]:
        """The brand's posts with this text: the oracle."""
        return [one for one in self.posts.values() if one.author is self.brand and text in one.raw]

    def let_in(self, url: str, user: User) -> str:
        """What the page at `url` shows once that user has let the program in."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert set(asked["scopes"].split(",")) <= {"read", "write"}
        key = hashlib.sha256(asked["client_id"].encode()).hexdigest()[:32]
        self.keys[key] = user
        public = load_pem_public_key(asked["public_key"].encode())
        assert isinstance(public, rsa.RSAPublicKey)
        said = json.dumps({"key": key, "nonce": asked["nonce"], "push": False, "api": 4}).encode()
        return encodebytes(public.encrypt(said, padding.PKCS1v15())).decode()

    # --- what is asked -----------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any, me: User | None) -> Any:
        """Carry a request out."""
        if path == "/site/basic-info.json":
            return like("GET", "/site/basic-info.json", title="Potters", locale="en")
        if me is None:
            raise Refused(403 if path != "/session/current.json" else 404, "You are not permitted", "not_logged_in")
        for wanted, pattern, carry_out in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and wanted == method:
                return carry_out(self, Asked(me, (*found.groups(), "")[0], found.re.groups > 1, query, body))
        raise Refused(404, "The requested URL or resource could not be found.", "not_found")

    def _me(self, asked: Asked) -> Json:
        return {"current_user": self._user(asked.me)}

    def _list(self, asked: Asked) -> Json:
        return like("GET", "/posts.json", latest_posts=self._latest(asked.number("before"), asked.me))

    def _create_post(self, asked: Asked) -> Json:
        return self._create(asked.body, asked.me)

    def _show_pending(self, asked: Asked) -> Json:
        return {"pending_posts": [one for one in self.pending if one["username"] == asked.name]}

    def _show_post(self, asked: Asked) -> Json:
        return self._post(self._seen(asked.name, asked.me), asked.me, "/posts/{id}.json")

    def _revise_post(self, asked: Asked) -> Json:
        return {"post": self._revise(self._seen(asked.name, asked.me), asked.body["post"]["raw"], asked.me)}

    def _destroy_post(self, asked: Asked) -> None:
        self._destroy(self._seen(asked.name, asked.me), asked.me)

    def _show_topic(self, asked: Asked) -> Json:
        return self._topic(int(asked.name), asked.query, asked.me)

    def _show_some(self, asked: Asked) -> Json:
        wanted = [self.posts[int(one)] for one in asked.query["post_ids[]"]]
        assert len(wanted) <= 20
        return {"post_stream": {"posts": self._in_topic(wanted, asked.query, asked.me)}, "id": int(asked.name)}

    def _show_chats(self, asked: Asked) -> Json:
        return self._chats(asked.name, asked.more, asked.number("page"), asked.me)

    def _show_notices(self, _asked: Asked) -> Json:
        return {"notifications": self.notices[::-1][:60], "total_rows_notifications": len(self.notices)}

    def _mark_post(self, asked: Asked) -> Json:
        return self._mark(self._seen(str(asked.body["id"]), asked.me), asked.body["post_action_type_id"], asked.me)

    def _unmark_post(self, asked: Asked) -> Json:
        return self._unmark(self._seen(asked.name, asked.me), asked.number("post_action_type_id"), asked.me)

    def _show_queue(self, asked: Asked) -> Json:
        assert asked.query["status"] == ["pending"]
        return self.review.listed(asked.me, asked.number("offset"))

    def _show_review(self, asked: Asked) -> Json:
        return self.review.shown(asked.me, int(asked.name))

    def _decide(self, asked: Asked) -> Json:
        number, _slash, action = asked.name.partition("/perform/")
        entry = self.review.perform(asked.me, int(number), action, "".join(asked.query.get("version", [])))
        made = None
        if action.startswith("approve_post"):
            topic = entry.topic or self.begin(entry.title, "", entry.author).topic
            made = self.say(entry.raw, topic, entry.author, entry.to)
        if entry.post is not None:
            entry.post.hidden = entry.post.hidden if "hidden" in action or "keep" in action else "hide" in action
            entry.post.gone |= action.startswith("delete")
        return result_of(entry, made)

    def _revoke(self, asked: Asked) -> Json:
        self.keys = {key: user for key, user in self.keys.items() if user is not asked.me}
        return {"success": "OK"}

    def _latest(self, before: int, me: User) -> list[Json]:
        public = [one for one in self.posts.values() if not one.topic.private and not one.gone and one.topic.listed]
        found = sorted((one for one in public if one.kind == 1), key=lambda one: -one.id)
        if before:
            found = [one for one in found if one.id <= before]
        if self.old:
            top = before or max(self.posts, default=0)
            found = [one for one in found if one.id > top - 50]
        return [self._post(one, me, "latest", topic_title=one.topic.title) for one in found[:50]]

    def _create(self, body: Json, me: User) -> Json:
        topic = self._topic_for(body, me)
        if len(body["raw"]) < self.shortest:
            raise Refused(422, f"Body is too short (minimum is {self.shortest} characters)", action="create_post")
        if len(body["raw"]) > 32_000:
            raise Refused(422, "Body is limited to 32000 characters", action="create_post")
        if topic.closed:
            raise Refused(422, "Topic is closed", action="create_post")
        if self.holds:
            waits = {
                "id": len(self.pending) + 1, "raw_text": body["raw"], "topic_id": body.get("topic_id"),
                "title": topic.title, "username": me.username, "created_at": moment(self.now),
            }  # fmt: skip
            self.pending.append(waits)
            return {"action": "enqueued", "success": True, "pending_post": waits}
        if any(one.raw == body["raw"] and one.author is me for one in self.in_topic(topic)):
            raise Refused(422, "Body is too similar to what you recently posted", action="create_post")
        self.topics[topic.id] = topic
        self.now = max(self.now, datetime.now(UTC))
        made = self.say(body["raw"], topic, me, body.get("reply_to_post_number"))
        return self._post(made, me, "create")

    def _topic_for(self, body: Json, me: User) -> Topic:
        """The topic of an answer, or one that begins."""
        if "topic_id" in body:
            return self.topics[body["topic_id"]]
        if body.get("archetype") == "private_message":
            people = body["target_recipients"].split(",")
            return Topic(len(self.topics) + 100, body["title"], me, members=(me.username, *people))
        if len(body["title"]) < 15:
            raise Refused(422, "Title is too short (minimum is 15 characters)", action="create_post")
        if self.needs_category and "category" not in body:
            raise Refused(422, "Category can't be blank", action="create_post")
        return Topic(len(self.topics) + 100, body["title"], me, levels={me.username: 3})

    def _revise(self, post: Post, raw: str, me: User) -> Json:
        if post.author is not me and not me.staff:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        self.edit(post, raw)
        return self._post(post, me, "revise")

    def _destroy(self, post: Post, me: User) -> None:
        if post.author is not me and not me.staff:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        if me.staff:
            post.gone = True
        else:
            post.by_author, post.raw = True, "(post deleted by author)"

    def _mark(self, post: Post, mark: int, me: User) -> Json:
        if me.username in post.marks.get(mark, set()) or post.author is me:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        post.marks.setdefault(mark, set()).add(me.username)
        return self._post(post, me, "mark")

    def _unmark(self, post: Post, mark: int, me: User) -> Json:
        if me.username not in post.marks.get(mark, set()):
            raise Refused(404, "not found", "not_found")
        post.marks[mark].discard(me.username)
        return self._post(post, me, "mark")

    def _topic(self, number: int, query: dict[str, list[str]], me: User) -> Json:
        topic = self.topics.get(number)
        if topic is None:
            raise Refused(404, "not found", "not_found")
        if topic.private and me.username not in topic.members:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        posts = [one for one in self.in_topic(topic) if not one.gone]
        said = like("GET", "/t/{id}.json", id=topic.id, title=topic.title, slug="topic", closed=topic.closed)
        said |= {
            "user_id": topic.owner.id,
            "archetype": "private_message" if topic.private else "regular",
            "posts_count": len(posts),
            "post_stream": {"posts": self._in_topic(posts[:20], query, me), "stream": [one.id for one in posts]},
        }
        said["details"] |= {
            "notification_level": topic.levels.get(me.username, 1),
            "can_create_post": not topic.closed,
        }
        return said

    def _in_topic(self, posts: list[Post], query: dict[str, list[str]], me: User) -> list[Json]:
        told = [self._post(one, me, "topic") for one in posts]
        if "include_raw" not in query or not self.knows_raw:
            for one in told:
                one.pop("raw")
        return told

    def _chats(self, username: str, sent: bool, page: int, me: User) -> Json:
        assert username == me.username
        found: list[Json] = []
        for topic in self.topics.values():
            posts = self.in_topic(topic)
            others = any(one.author is not me for one in posts)
            if me.username in topic.members and others is not sent:
                last = posts[-1]
                found.append({"id": topic.id, "title": topic.title, "highest_post_number": last.number,
                              "bumped_at": moment(last.at)})  # fmt: skip
        found.sort(key=lambda one: str(one["bumped_at"]), reverse=True)
        return {"users": [], "primary_groups": [], "topic_list": {"topics": found[page * 30 : page * 30 + 30]}}

    def _seen(self, number: str, me: User) -> Post:
        post = self.posts.get(int(number)) if number.isdecimal() else None
        if post is None or (post.gone and not me.staff):
            raise Refused(404, "The requested URL or resource could not be found.", "not_found")
        if post.topic.private and me.username not in post.topic.members:
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        return post

    def _user(self, one: User) -> Json:
        may = {"admin": False, "moderator": one.staff, "can_review": one.staff}
        return {"id": one.id, "username": one.username, "name": one.name, **may,
                "avatar_template": f"/letter_avatar/{one.username}/{{size}}/1.png"}  # fmt: skip

    def _post(self, one: Post, me: User, where: str, **more: Any) -> Json:
        is_mine = one.author is me
        marks = []
        for mark in (2, 4, 8):
            said: Json = {"id": mark}
            names = one.marks.get(mark, set())
            if names and mark == 2:
                said["count"] = len(names)
            if me.username in names:
                said |= {"acted": True, "can_undo": mark == 2}
            elif not is_mine:
                said["can_act"] = True
            if len(said) > 1:
                marks.append(said if "can_act" in said else {**said, "can_act": False})
        return {
            **deepcopy(example_of_post(where)),
            "id": one.id, "name": one.author.name, "username": one.author.username, "user_id": one.author.id,
            "avatar_template": f"/letter_avatar/{one.author.username}/{{size}}/1.png",
            "created_at": moment(one.at), "updated_at": moment(one.at + timedelta(seconds=one.version - 1)),
            "raw": one.raw, "cooked": one.cooked or f"<p>{one.raw}</p>", "post_number": one.number,
            "post_type": one.kind, "reply_to_post_number": one.reply_to, "yours": is_mine, "topic_id": one.topic.id,
            "topic_slug": "topic", "version": one.version, "hidden": one.hidden, "user_deleted": one.by_author,
            "deleted_at": moment(one.at) if one.gone else None, "can_edit": is_mine or me.staff,
            "can_delete": (is_mine or me.staff) and one.number > 1, "actions_summary": marks,
            **({"polls": one.polls} if one.polls else {}), **more,
        }  # fmt: skip

    # --- the socket --------------------------------------------------------------------------------------------------

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One request's answer."""
        data = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        target, method = urlsplit(request.path), request.command
        query = parse_qs(target.query)
        if target.path.startswith("/uploads/"):
            file = self.uploads.get(target.path.rpartition("/")[2])
            self._write(request, 404 if file is None else 200, file or b"", {}, "application/octet-stream")
            return
        form, files = form_of(request.headers.get("Content-Type", ""), data)
        body = json.loads(data) if data and not form else None
        status, headers, said = 200, {}, None
        try:
            for rule in tuple(self.before):
                rule(method, target.path, body)
            me = self._who(request)
            with self._lock:
                if target.path == "/uploads.json" and files:
                    said = self._upload(*files)
                else:
                    said = self.answer(method, target.path, query, body, me)
        except Refused as refused:
            status, headers, said = refused.status, refused.headers, refused.body
        said = json.loads(json.dumps(said))
        self.exchanges.append(Exchange(method, target.path, tuple(query), body, tuple(form), status, said))
        if self.lose_answers and (method, target.path) == ("POST", "/posts.json"):
            self.lose_answers -= 1
            with suppress(OSError):
                request.connection.shutdown(socket.SHUT_RDWR)
            return
        text = b"" if said is None else json.dumps(said).encode()
        self._write(request, status, self.nonsense or text, headers, "application/json")

    def _who(self, request: BaseHTTPRequestHandler) -> User | None:
        if (key := request.headers.get("User-Api-Key")) is not None:
            self.asked += 1
            if self.per_minute is not None and self.asked > self.per_minute:
                raise Refused(429, "Slow down", "rate_limit", extras={"wait_seconds": 42, "time_left": "42 seconds"})
            if key not in self.keys:
                raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
            return self.keys[key]
        if (key := request.headers.get("Api-Key")) is not None:
            if key != ADMIN_KEY:
                raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")
            return self.users.get(request.headers.get("Api-Username", ""))
        return None

    def _upload(self, name: str, data: bytes) -> Json:
        stored = f"{hashlib.sha1(data, usedforsecurity=False).hexdigest()}.{name.rpartition('.')[2]}"
        self.uploads[stored] = data
        return like(
            "POST", "/uploads.json", id=len(self.uploads), url=f"/uploads/default/{stored}",
            original_filename=name, filesize=len(data), short_url=f"upload://{stored}",
        )  # fmt: skip

    def _write(self, request: BaseHTTPRequestHandler, status: int, body: bytes, more: Json, kind: str) -> None:
        with suppress(OSError):
            request.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                request.send_header(name, value)
            request.send_header("Connection", "close")
            request.end_headers()
            request.wfile.write(body)


_ROUTES: tuple[tuple[str, str, Callable[[DiscourseServer, Asked], Json | None]], ...] = (
    ("GET", r"/session/current\.json", DiscourseServer._me),
    ("GET", r"/posts\.json", DiscourseServer._list),
    ("POST", r"/posts\.json", DiscourseServer._create_post),
    ("GET", r"/posts/([^/]+)/pending\.json", DiscourseServer._show_pending),
    ("GET", r"/posts/([^/]+)\.json", DiscourseServer._show_post),
    ("PUT", r"/posts/([^/]+)\.json", DiscourseServer._revise_post),
    ("DELETE", r"/posts/([^/]+)\.json", DiscourseServer._destroy_post),
    ("GET", r"/t/(\d+)\.json", DiscourseServer._show_topic),
    ("GET", r"/t/(\d+)/posts\.json", DiscourseServer._show_some),
    ("GET", r"/topics/private-messages/([^/]+)\.json", DiscourseServer._show_chats),
    ("GET", r"/topics/private-messages-sent/([^/]+)(\.json)", DiscourseServer._show_chats),
    ("GET", r"/notifications\.json", DiscourseServer._show_notices),
    ("POST", r"/post_actions\.json", DiscourseServer._mark_post),
    ("DELETE", r"/post_actions/(\d+)\.json", DiscourseServer._unmark_post),
    ("GET", r"/review\.json", DiscourseServer._show_queue),
    ("GET", r"/review/(\d+)\.json", DiscourseServer._show_review),
    ("PUT", r"/review/(\d+/perform/[a-z_]+)\.json", DiscourseServer._decide),
    ("POST", r"/user-api-key/revoke\.json", DiscourseServer._revoke),
)
