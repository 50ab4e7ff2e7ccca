"""A Matrix server for tests: the real Synapse, in a Python environment of its own, one process on loopback.

`python -m tests.servers.synapse` installs it into the cache folder, or leaves it alone where it is installed already.
Its version is pinned in `synapse.txt`. A door of the old kind (CAS) stands in for a single sign-on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

import httpx

from tests.servers.programs import LOOPBACK, ProgramMissing, ServerProcess, answers, free_port, make_private_folder

DOMAIN = "matrix.test"
REQUIREMENTS = Path(__file__).with_name("synapse.txt")
_SECRET = "a secret for registrations"


def environment() -> Path:
    """Where this version of it is, or will be, installed: apart from us, under the person's cache."""
    cache = os.environ.get("PORTAVOCE_TESTS_CACHE") or str(Path.home() / ".cache" / "portavoce-tests")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Path(cache) / f"synapse-{version}-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"


def install() -> Path:
    """Make sure that it is installed; takes half a minute to two minutes, and 240 MB, the first time."""
    place = environment()
    if not (place / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(REQUIREMENTS)], check=True)
        (place / "complete").touch()
    return place


@dataclass(frozen=True)
class MatrixUser:
    """Somebody on the server, signed in on a device of theirs."""

    server: SynapseServer
    id: str
    token: str
    device: str
    password: str

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """One request in their name; it must succeed."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.server.http.request(method, f"/_matrix/client/v3/{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def make_room(self, name: str = "", *others: MatrixUser, direct: bool = False, **more: Any) -> str:
        """A room with these people in it."""
        body = {"name": name} if name else {}
        invited = {"invite": [one.id for one in others], "is_direct": direct}
        room = str(
            self.ask("POST", "createRoom", json={"preset": "private_chat", **body, **invited, **more})["room_id"]
        )
        for one in others:
            one.ask("POST", f"join/{quote(room)}", json={})
        return room

    def say(self, room: str, text: str, **more: Any) -> str:
        """Say something; the event's id. `answers`, `thread`, `html`, `mentions` are for what their names say."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text}
        if "html" in more:
            content |= {"format": "org.matrix.custom.html", "formatted_body": more["html"]}
        if "mentions" in more:
            content["m.mentions"] = {"user_ids": [one.id for one in more["mentions"]]}
        relation: dict[str, Any] = {}
        if "answers" in more:
            relation["m.in_reply_to"] = {"event_id": more["answers"]}
        if "thread" in more:
            last = {"m.in_reply_to": {"event_id": more["thread"]}, "is_falling_back": True}
            relation = {**last, "is_falling_back": not relation, **relation}
            relation |= {"rel_type": "m.thread", "event_id": more["thread"]}
        return self.send(room, "m.room.message", content | ({"m.relates_to": relation} if relation else {}))

    def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Any event."""
        path = f"rooms/{quote(room)}/send/{kind}/{uuid4().hex}"
        return str(self.ask("PUT", path, json=content)["event_id"])

    def state(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Set a fact of the room."""
        return str(self.ask("PUT", f"rooms/{quote(room)}/state/{kind}/", json=content)["event_id"])

    def edit(self, room: str, event: str, text: str) -> str:
        """Change what they said."""
        relation = {"rel_type": "m.replace", "event_id": event}
        new = {"msgtype": "m.text", "body": text}
        return self.send(
            room, "m.room.message", {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        )

    def react(self, room: str, event: str, emoji: str) -> str:
        """Answer with an emoji."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": emoji}
        return self.send(room, "m.reaction", {"m.relates_to": relation})

    def redact(self, room: str, event: str) -> None:
        """Take back what somebody said."""
        self.ask("PUT", f"rooms/{quote(room)}/redact/{quote(event)}/{uuid4().hex}", json={})

    def messages(self, room: str) -> list[dict[str, Any]]:
        """What was said in a room, newest first: at most the newest thousand."""
        found = self.ask("GET", f"rooms/{quote(room)}/messages", params={"dir": "b", "limit": 1000})["chunk"]
        return [one for one in found if one["type"] == "m.room.message"]

    def event(self, room: str, event: str) -> dict[str, Any]:
        """One event as it is now."""
        found: dict[str, Any] = self.ask("GET", f"rooms/{quote(room)}/event/{quote(event)}")
        return found


class SynapseServer:
    """The one server of a run; each test makes users and rooms of its own."""

    def __init__(self) -> None:
        place = environment()
        if not (place / "complete").exists():
            raise ProgramMissing("Synapse is not installed (run .venv/bin/python -m tests.servers.synapse)")
        self.port = free_port()
        self.folder = make_private_folder("synapse")
        self.door = CasDoor()
        (self.folder / "homeserver.json").write_text(json.dumps(self._settings()))
        (self.folder / "log.json").write_text(json.dumps({"version": 1, "root": {"level": "WARNING"}}))
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        self.process = ServerProcess(
            name="synapse",
            command=[str(place / "bin" / "python"), "-m", "synapse.app.homeserver", "-c", "homeserver.json"],
            folder=self.folder,
            ready=lambda: answers(self.port),
            patience=120,
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        self.process.start()

    def close(self) -> None:
        """End it, and everything that belongs to it."""
        self.process.kill()
        self.http.close()
        self.door.close()

    def new_user(self, name: str) -> MatrixUser:
        """Somebody of whom no other test knows."""
        nonce = self.http.get("/_synapse/admin/v1/register").json()["nonce"]
        unique, password = f"{name}-{uuid4().hex[:8]}", uuid4().hex
        said = b"\0".join(part.encode() for part in (nonce, unique, password, "notadmin"))
        proof = hmac.new(_SECRET.encode(), said, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": unique, "password": password, "mac": proof, "displayname": name.title()}
        answer = self.http.post("/_synapse/admin/v1/register", json=body)
        answer.raise_for_status()
        made = answer.json()
        return MatrixUser(self, made["user_id"], made["access_token"], made["device_id"], password)

    def sign_in(self, user: MatrixUser) -> MatrixUser:
        """The same user on another device."""
        who = {"type": "m.id.user", "user": user.id}
        body = {"type": "m.login.password", "identifier": who, "password": user.password}
        answer = self.http.post("/_matrix/client/v3/login", json=body)
        answer.raise_for_status()
        return replace(user, token=answer.json()["access_token"], device=answer.json()["device_id"])

    def devices(self, user: MatrixUser) -> set[str]:
        """On which devices somebody is signed in."""
        return {one["device_id"] for one in user.ask("GET", "devices")["devices"]}

    def _settings(self) -> dict[str, Any]:
        plenty = {"per_second": 10_000, "burst_count": 10_000}
        return {
            "server_name": DOMAIN,
            "public_baseurl": f"{self.url}/",
            "pid_file": str(self.folder / "pid"),
            "listeners": [
                {"port": self.port, "bind_addresses": [LOOPBACK], "type": "http", "resources": [{"names": ["client"]}]}
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "server.db")}},
            "log_config": str(self.folder / "log.json"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": _SECRET,
            "bcrypt_rounds": 4,
            "macaroon_secret_key": uuid4().hex,
            "form_secret": uuid4().hex,
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "presence": {"enabled": False},
            "url_preview_enabled": False,
            "cas_config": {"enabled": True, "server_url": self.door.url},
            "sso": {"client_whitelist": [f"http://{LOOPBACK}:"]},
            "rc_message": plenty,
            "rc_registration": plenty,
            "rc_login": {"address": plenty, "account": plenty, "failed_attempts": plenty},
            "rc_joins": {"local": plenty, "remote": plenty},
            "rc_joins_per_room": plenty,
            "rc_admin_redaction": plenty,
            "rc_invites": {"per_room": plenty, "per_user": plenty, "per_issuer": plenty},
            "rc_room_creation": plenty,
            "rc_media_create": plenty,
            "rc_reports": plenty,
            "rc_presence": {"per_user": plenty},
            "rc_delayed_event_mgmt": plenty,
            "rc_user_directory": plenty,
        }


class CasDoor:
    """The house's own sign-on, at whose page `person` is signed in already (CAS 2.0)."""

    def __init__(self) -> None:
        door = self
        self.person = "nobody"

        class Page(BaseHTTPRequestHandler):
            """Sends whoever comes back with a ticket, and says to the server whose it is."""

            def do_GET(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                if urlsplit(self.path).path == "/login":
                    self._send_back(asked["service"])
                else:
                    self._vouch()

            def _send_back(self, service: str) -> None:
                mark = "&" if "?" in service else "?"
                self.send_response(302)
                self.send_header("Location", service + mark + urlencode({"ticket": uuid4().hex}))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _vouch(self) -> None:
                space = 'xmlns:cas="http://www.yale.edu/tp/cas"'
                inner = f"<cas:authenticationSuccess><cas:user>{door.person}</cas:user></cas:authenticationSuccess>"
                body = f"<cas:serviceResponse {space}>{inner}</cas:serviceResponse>".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Page)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, name="cas", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    print(install())
