"""A small Bluesky for tests: the real PLC, PDS and AppView of `@atproto/dev-env`, and a chat service of ours.

`python -m tests.servers.bluesky` installs it into the cache folder, or leaves it alone where it is installed already:
Node 22 and what `bluesky_network/package-lock.json` pins. It needs a PostgreSQL, which the fixture gives it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.servers.postgres import PostgresCluster
from tests.servers.programs import (
    LOOPBACK,
    ProgramMissing,
    ServerProcess,
    answers,
    find_program,
    free_port,
    make_private_folder,
)
from tests.servers.waiting import wait_until

OURS = Path(__file__).with_name("bluesky_network")
_NODE = "22.23.3"
_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


def environment() -> Path:
    """Where these versions are, or will be, installed: under the person's cache."""
    cache = os.environ.get("PORTAVOCE_TESTS_CACHE") or str(Path.home() / ".cache" / "portavoce-tests")
    pinned = (OURS / "package-lock.json").read_bytes() + _NODE.encode()
    return Path(cache) / f"bluesky-{hashlib.sha256(pinned).hexdigest()[:12]}"


def install() -> Path:
    """Make sure that it is installed; takes two to five minutes, and 600 MB, the first time."""
    place = environment()
    if not (place / "complete").exists():
        npm = find_program("npm", "npm")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(OURS / name, place / name)
        node = _install_node(npm, place)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        # By the Node that npm belongs to, and for the one that runs it.
        built = [f"--nodedir={node}", "--build-from-source"]
        subprocess.run([npm, "ci", *quiet, *built], cwd=place, check=True)
        (place / "complete").touch()
    return place


def _install_node(npm: str, place: Path) -> Path:
    """Node 22 with its headers; what a distribution has is often older."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise ProgramMissing(f"there is no Node for {platform.machine()} here")
    name, folder = f"node-linux-{machine}", place / "node"
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    subprocess.run([npm, "install", "--no-audit", "--no-fund", f"{name}@{_NODE}"], cwd=folder, check=True)
    return folder / "node_modules" / name


@dataclass(frozen=True)
class BlueskyUser:
    """Somebody with an account on the network, signed in."""

    network: BlueskyNetwork
    did: str
    handle: str
    password: str
    token: str

    def get(self, method: str, **params: Any) -> Any:
        """Ask something in their name; it must succeed."""
        return self._ask("GET", method, params=params)

    def post(self, method: str, body: Any = None) -> Any:
        """Do something in their name; it must succeed."""
        return self._ask("POST", method, json=body)

    def put(self, collection: str, record: dict[str, Any], rkey: str | None = None) -> dict[str, Any]:
        """Write a record; its `uri` and `cid`."""
        body = {"repo": self.did, "collection": collection, "record": {"$type": collection, **record}}
        made: dict[str, Any] = (
            self.post("com.atproto.repo.putRecord", {**body, "rkey": rkey})
            if rkey
            else self.post("com.atproto.repo.createRecord", body)
        )
        return made

    def say(self, text: str, *, to: dict[str, Any] | None = None, settle: bool = True, **more: Any) -> dict[str, Any]:
        """Publish a post, and return when everybody can see it; `to` is what `say` gave back for another."""
        record = {"text": text, "createdAt": self.network.now(), "facets": self._mentions(text), **more}
        if to is not None:
            parent = {"uri": to["uri"], "cid": to["cid"]}
            record["reply"] = {"root": to.get("root", parent), "parent": parent}
        made = self.put("app.bsky.feed.post", record)
        if settle:
            self.network.settle()
        root = {"root": record["reply"]["root"]} if to is not None else {}
        return {**made, **root}

    def act(self, kind: str, subject: Any) -> dict[str, Any]:
        """Like, repost, follow, block: a record with a subject."""
        made = self.put(kind, {"subject": subject, "createdAt": self.network.now()})
        self.network.settle()
        return made

    def delete(self, uri: str) -> None:
        """Take a record away."""
        _at, _, did, collection, rkey = uri.split("/")
        self.post("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": rkey})
        self.network.settle()

    def posts(self) -> list[dict[str, Any]]:
        """The records of their posts, newest first, with `uri` and `cid`, straight from their repository."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            said = self.get(
                "com.atproto.repo.listRecords", repo=self.did, collection="app.bsky.feed.post", limit=100, **cursor
            )
            found += said["records"]
            if not said.get("cursor"):
                return found
            cursor = {"cursor": said["cursor"]}

    def upload(self, data: bytes, media_type: str) -> dict[str, Any]:
        """A file, to be named in a record."""
        headers = {**self._headers, "Content-Type": media_type}
        answer = self.network.http.post("/xrpc/com.atproto.repo.uploadBlob", content=data, headers=headers)
        assert answer.is_success, answer.text
        blob: dict[str, Any] = answer.json()["blob"]
        return blob

    def chat(self, other: BlueskyUser, text: str) -> dict[str, Any]:
        """Write in private."""
        convo = self.convo(other)
        sent: dict[str, Any] = self.post("chat.bsky.convo.sendMessage", {"convoId": convo, "message": {"text": text}})
        return {**sent, "convo": convo}

    def convo(self, other: BlueskyUser) -> str:
        """The id of the private conversation with somebody."""
        return str(self.get("chat.bsky.convo.getConvoForMembers", members=[other.did])["convo"]["id"])

    def chats(self, convo: str) -> list[dict[str, Any]]:
        """What was said in private, newest first: at most the newest hundred."""
        found: list[dict[str, Any]] = self.get("chat.bsky.convo.getMessages", convoId=convo, limit=100)["messages"]
        return found

    def app_password(self, *, privileged: bool = True) -> str:
        """Another password, for a program."""
        made = self.post("com.atproto.server.createAppPassword", {"name": uuid4().hex, "privileged": privileged})
        return str(made["password"])

    def _mentions(self, text: str) -> list[dict[str, Any]]:
        facets = []
        for other in self.network.users:
            start = text.encode().find(f"@{other.handle}".encode())
            if start >= 0:
                where = {"byteStart": start, "byteEnd": start + len(f"@{other.handle}".encode())}
                whom = {"$type": "app.bsky.richtext.facet#mention", "did": other.did}
                facets.append({"index": where, "features": [whom]})
        return facets

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _ask(self, verb: str, method: str, **more: Any) -> Any:
        headers = {**self._headers}
        if method.startswith("chat."):
            headers["atproto-proxy"] = f"{self.network.chat}#bsky_chat"
        answer = self.network.http.request(verb, f"/xrpc/{method}", headers=headers, **more)
        assert answer.is_success, f"{method}: {answer.text}"
        return answer.json() if answer.content else {}


class BlueskyNetwork:
    """The one network of a run; each test makes users of its own."""

    def __init__(self, postgres: PostgresCluster) -> None:
        place = environment()
        if not (place / "complete").exists():
            raise ProgramMissing("Bluesky's network is not installed (run .venv/bin/python -m tests.servers.bluesky)")
        self.control = free_port()
        self.folder = make_private_folder("bluesky")
        self.users: list[BlueskyUser] = []
        for name in ("network.mjs", "chat.mjs"):  # beside its packages, where Node looks for them
            shutil.copyfile(OURS / name, self.folder / name)
        (self.folder / "node_modules").symlink_to(place / "node_modules")
        (node,) = place.glob("node/node_modules/node-linux-*/bin/node")
        self._database = postgres.new_database()
        address = postgres.url(self._database).replace("+psycopg", "")
        self.process = ServerProcess(
            name="bluesky",
            command=[str(node), "network.mjs"],
            folder=self.folder,
            ready=lambda: answers(self.control),
            environment={
                "CONTROL_PORT": str(self.control),
                "DB_POSTGRES_URL": address,
                "DB_POSTGRES_SCHEMA": "portavoce",
                "TMPDIR": str(self.folder),
                "LOG_ENABLED": "false",
            },
            patience=180,
        )

    def start(self) -> None:
        self.process.start()

    def close(self) -> None:
        """End it, and everything that belongs to it."""
        self.process.kill()
        self.http.close()

    @cached_property
    def places(self) -> dict[str, str]:
        """Where everything is."""
        found: dict[str, str] = httpx.get(f"http://{LOOPBACK}:{self.control}/", timeout=30, trust_env=False).json()
        return found

    @cached_property
    def http(self) -> httpx.Client:
        """Asks the PDS."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    @property
    def url(self) -> str:
        """The PDS, by the one name that it knows for itself."""
        return self.places["pds"]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def chat(self) -> str:
        """The DID of the chat service."""
        return self.places["chat"]

    def settle(self) -> None:
        """Return when everything that was written is seen by everybody."""
        answer = httpx.post(f"http://{LOOPBACK}:{self.control}/settle", timeout=60, trust_env=False)
        assert answer.is_success, answer.text

    def reports(self, uri: str) -> list[dict[str, Any]]:
        """What moderators were told about a post."""
        answer = httpx.get(
            f"{self.places['ozone']}/xrpc/tools.ozone.moderation.queryEvents",
            params={"subject": uri, "types": "tools.ozone.moderation.defs#modEventReport"},
            auth=("admin", "admin-pass"),
            timeout=30,
            trust_env=False,
        )
        assert answer.is_success, answer.text
        return [one["event"] for one in answer.json()["events"]]

    def now(self) -> str:
        """A moment as records have it."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_user(self, name: str) -> BlueskyUser:
        """Somebody of whom no other test knows."""
        (user,) = self.new_users(name)
        return user

    def new_users(self, *names: str) -> list[BlueskyUser]:
        """Several of them; returns when everybody knows them."""
        made = [self._make_user(name) for name in names]
        self.users += made
        for user in made:
            wait_until(partial(self._is_known, user), f"{user.handle} to be known", 60)
        return made

    def _make_user(self, name: str) -> BlueskyUser:
        handle, password = f"{name}-{uuid4().hex[:8]}.test", uuid4().hex
        body = {"handle": handle, "email": f"{uuid4().hex}@example.org", "password": password}
        answer = self.http.post("/xrpc/com.atproto.server.createAccount", json=body)
        assert answer.is_success, answer.text
        made = answer.json()
        user = BlueskyUser(self, made["did"], handle, password, made["accessJwt"])
        user.put("app.bsky.actor.profile", {"displayName": name.title()}, "self")
        return user

    def _is_known(self, user: BlueskyUser) -> bool:
        """Whether the AppView shows them with the name of their profile."""
        self.settle()
        headers = {"Authorization": f"Bearer {user.token}"}
        answer = self.http.get("/xrpc/app.bsky.actor.getProfile", params={"actor": user.did}, headers=headers)
        return answer.is_success and bool(answer.json().get("displayName"))


if __name__ == "__main__":
    print(install())
