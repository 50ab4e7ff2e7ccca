"""By command, on a Matrix server: signed in, invited, asked in a thread, answered there, killed at work, removed."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.fixtures import MakeGateway
from tests.servers.gateway import Request, Response
from tests.servers.synapse import SynapseServer
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


def test_an_answer_lands_in_the_thread(tmp_path: Path, synapse: SynapseServer) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    brand, anna = synapse.new_user("brand"), synapse.new_user("anna")
    added = portavoce.tell(
        *workspace, "account", "add", "matrix", "--set", f"homeserver={synapse.url}", "--set", f"user={brand.id}",
        "--secret", "password", given=brand.password + "\n",
    )  # fmt: skip
    assert added["handle"] == brand.id
    (device,) = synapse.devices(brand) - {brand.device}
    portavoce.tell(*workspace, "sync")

    room = anna.make_room("Kiln")
    anna.ask("POST", f"rooms/{quote(room)}/invite", json={"user_id": brand.id})
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (invited,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    (invitation,) = portavoce.tell(*workspace, "show", invited["id"])["messages"]
    portavoce.tell(*workspace, "act", "accept", invitation["id"], "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    assert room in brand.ask("GET", "joined_rooms")["joined_rooms"]

    root = anna.say(room, "We fire on Friday")
    question = anna.say(room, "Which blue do you take?", thread=root, mentions=[brand])
    portavoce.tell(*workspace, "sync")
    (asked,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    assert asked["title"] == "We fire on Friday · Kiln"
    portavoce.tell(*workspace, "reply", asked["id"], "--text", "Cobalt", "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    (answer,) = [one for one in anna.messages(room) if one["sender"] == brand.id]
    relation = answer["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert relation["m.in_reply_to"]["event_id"] == question
    assert answer["content"]["body"] == "Cobalt"

    portavoce.tell(*workspace, "account", "remove", added["id"])
    assert device not in synapse.devices(brand)
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        assert brand.password.encode() not in path.read_bytes(), path


class Kills:
    """Kills the program when it asks for a certain thing: before the server has it, or after it was carried out."""

    def __init__(self, method: str, part: str, *, carried_out: bool) -> None:
        self.method, self.part, self.carried_out = method, part, carried_out
        self.victim: subprocess.Popen[str] | None = None

    def before(self, request: Request) -> Request | Response:
        return Response(503) if not self.carried_out and self._strikes(request) else request

    def after(self, request: Request, response: Response) -> Response | None:
        return None if self.carried_out and self._strikes(request) else response

    def _strikes(self, request: Request) -> bool:
        if self.victim is None or request.method != self.method or self.part not in request.path:
            return False
        self.victim.kill()
        self.victim = None
        return True


def test_kills_lose_and_double_nothing(tmp_path: Path, synapse: SynapseServer, gateway: MakeGateway) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    between = gateway(synapse.port)
    brand, anna = synapse.new_user("brand"), synapse.new_user("anna")
    chat = anna.make_room("", brand, direct=True)
    portavoce.tell(
        *workspace, "account", "add", "matrix", "--set", f"server={between.url}", "--set", f"user={brand.id}",
        "--secret", "token", given=brand.token + "\n",
    )  # fmt: skip
    portavoce.tell(*workspace, "sync")
    asked = [f"number {number}" for number in range(120)]
    for text in asked:
        anna.say(chat, text)

    def dies(kills: Kills) -> None:
        between.before.append(kills.before)
        between.after.append(kills.after)
        kills.victim = victim = portavoce.start("--json", *workspace, "sync")
        victim.communicate(timeout=100)
        assert victim.returncode == -signal.SIGKILL, (kills.method, kills.part)
        between.before.remove(kills.before)
        between.after.remove(kills.after)

    dies(Kills("GET", "/sync", carried_out=True))
    dies(Kills("GET", "/messages", carried_out=True))
    portavoce.tell(*workspace, "sync")
    (listed,) = portavoce.tell(*workspace, "list", "--view", "all")["conversations"]
    for text, carried_out in (("lost on its way", False), ("arrived unseen", True)):
        portavoce.tell(*workspace, "reply", listed["id"], "--text", text, "--now")
        dies(Kills("PUT", "/send/m.room.message/", carried_out=carried_out))

        def answered(text: str = text) -> bool:
            portavoce.tell(*workspace, "sync")
            return text in [one["content"]["body"] for one in anna.messages(chat)]

        wait_until(answered, f"“{text}”", 120)
    portavoce.tell(*workspace, "sync")
    said = [one["content"]["body"] for one in anna.messages(chat)]
    assert sorted(said) == sorted([*asked, "arrived unseen", "lost on its way"])
    shown = portavoce.tell(*workspace, "show", listed["id"])["messages"]
    assert sorted(one["text"] for one in shown) == sorted(said)
