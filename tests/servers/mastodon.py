"""A Mastodon server for tests: the stateful emulator `mastodon_mock`, in a process of its own on loopback.

It is not the real thing. What differs from a real server, as far as we met it:

- The id of a direct conversation is that of its last status, so it changes with every message.
- A conversation holds all direct messages between the same people; a real one holds one reply chain.
- An edit drops no files that it does not name, and length counts every character of a link and of a handle.
- `text` is counted with the names in front; a deleted parent leaves the children's `in_reply_to_id` as it was.
- It forgets no notification, and asks for no scopes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.servers.programs import LOOPBACK, ProgramMissing, ServerProcess, answers, free_port, make_private_folder

DOMAIN = "social.example"


@dataclass(frozen=True)
class MastodonUser:
    """Somebody on the server, and what they may do there."""

    server: MastodonServer
    name: str
    id: str
    token: str

    @property
    def handle(self) -> str:
        """The whole handle, without the first @."""
        return f"{self.name}@{DOMAIN}"

    def say(self, text: str, *, to: str | None = None, visibility: str = "public", **more: Any) -> dict[str, Any]:
        """Post a status, as an answer where `to` is a status's id; the status as the server gives it."""
        body = {"status": text, "visibility": visibility, **({"in_reply_to_id": to} if to else {}), **more}
        said: dict[str, Any] = self.ask("POST", "/api/v1/statuses", json=body)
        return said

    def edit(self, status: str, text: str) -> None:
        """Change what was said."""
        self.ask("PUT", f"/api/v1/statuses/{status}", json={"status": text})

    def delete(self, status: str) -> None:
        """Take it back."""
        self.ask("DELETE", f"/api/v1/statuses/{status}")

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """One request in their name; it must succeed."""
        answer = self.server.http.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **more)
        answer.raise_for_status()
        return answer.json()

    def statuses(self) -> list[dict[str, Any]]:
        """What they said, newest first: at most the newest forty."""
        found: list[dict[str, Any]] = self.ask("GET", f"/api/v1/accounts/{self.id}/statuses", params={"limit": 40})
        return found


class MastodonServer:
    """The one server of a run; each test makes users of its own."""

    def __init__(self) -> None:
        try:
            import mastodon_mock  # noqa: F401
        except ImportError as missing:
            raise ProgramMissing("mastodon_mock is not installed (run make environment-dev)") from missing
        self.port = free_port()
        self.folder = make_private_folder("mastodon")
        (self.folder / "mock.toml").write_text(
            f'domain = "{DOMAIN}"\n[database]\npath = ":memory:"\n[streaming]\nheartbeat_seconds = 0.5\n'
        )
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)
        command = [sys.executable, "-m", "mastodon_mock", "serve", "--config", "mock.toml", "--host", LOOPBACK]
        self.process = ServerProcess(
            name="mastodon",
            command=[*command, "--port", str(self.port), "--log-level", "warning"],
            folder=self.folder,
            ready=lambda: answers(self.port),
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        self.process.start()

    def new_user(self, name: str) -> MastodonUser:
        """Somebody of whom no other test knows."""
        unique = f"{name}_{uuid4().hex[:8]}"
        said = {"username": unique, "email": f"{unique}@example.org", "password": uuid4().hex, "agreement": "true"}
        answer = self.http.post("/api/v1/accounts", data=said)
        answer.raise_for_status()
        token = str(answer.json()["access_token"])
        me = MastodonUser(self, unique, "", token).ask("GET", "/api/v1/accounts/verify_credentials")
        return MastodonUser(self, unique, str(me["id"]), token)

    def revoke(self, user: MastodonUser) -> None:
        """Let a token be worth nothing any more, as a person does in the server's settings."""
        self.http.post("/oauth/revoke", data={"token": user.token}).raise_for_status()

    def sign_in(self, user: MastodonUser) -> str:
        """Another token for the same user."""
        answer = self.http.post("/api/v1/_mock/login", json={"username": user.name})
        answer.raise_for_status()
        return str(answer.json()["access_token"])
