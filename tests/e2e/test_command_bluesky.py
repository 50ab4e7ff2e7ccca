"""By command, on Bluesky's network: connected, asked below a comment, answered there, in private too, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.bluesky import BlueskyNetwork

pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


def test_a_nested_answer_lands_under_its_parent(tmp_path: Path, bluesky: BlueskyNetwork) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    brand, anna, ben = bluesky.new_users("brand", "anna", "ben")
    password = brand.app_password()
    settings = {"handle": brand.handle, "server": bluesky.url, "chat": bluesky.chat, "directory": bluesky.places["plc"]}
    added = portavoce.tell(
        *workspace, "account", "add", "bluesky", "--secret", "password",
        *(part for name, value in settings.items() for part in ("--set", f"{name}={value}")),
        given=password + "\n",
    )  # fmt: skip
    assert added["handle"] == f"@{brand.handle}"
    portavoce.tell(*workspace, "sync")

    post = brand.say("We fire on Friday")
    comment = anna.say("Which glaze?", to=post)
    nested = ben.say("And at what heat?", to=comment)
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 2
    (asked,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    shown = portavoce.tell(*workspace, "show", asked["id"])["messages"]
    (question,) = [one for one in shown if one["text"] == "And at what heat?"]
    portavoce.tell(*workspace, "reply", asked["id"], "--to", question["id"], "--text", "1,240 °C", "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    answer = brand.posts()[0]["value"]
    assert answer["text"] == "1,240 °C"
    assert answer["reply"]["parent"]["uri"] == nested["uri"]
    assert answer["reply"]["root"]["uri"] == post["uri"]

    bluesky.settle()
    anna.chat(brand, "May I come?")
    portavoce.tell(*workspace, "sync")
    listed = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    (private,) = [one for one in listed if one["kind"] == "direct"]
    portavoce.tell(*workspace, "reply", private["id"], "--text", "Please do", "--now")
    portavoce.tell(*workspace, "sync")
    assert [one["text"] for one in anna.chats(anna.convo(brand))] == ["Please do", "May I come?"]
    assert len(brand.posts()) == 2

    portavoce.tell(*workspace, "account", "remove", added["id"])
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        assert password.encode() not in path.read_bytes(), path
