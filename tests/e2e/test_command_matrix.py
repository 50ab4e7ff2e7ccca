"""By command, on a Matrix server: signed in with a password, invited, asked in a thread, answered there, removed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.synapse import SynapseServer

pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


def test_an_answer_lands_in_the_thread(tmp_path: Path, synapse: SynapseServer) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    brand, anna = synapse.new_user("brand"), synapse.new_user("anna")
    added = portavoce.tell(
        *workspace, "account", "add", "matrix", "--set", f"server={synapse.url}", "--set", f"user={brand.id}",
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
