"""The bundle does a person's first minutes by itself: it holds all that the program loads late."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import pytest
from PySide6.QtGui import QImage

from connectors import CATALOGUE
from inbox_app import __version__
from inbox_app.content.child import FROZEN_FLAG, Child
from inbox_app.content.frames import Answer, Request, Verb, unpack
from inbox_app.content.parsed import CleanHtml
from inbox_app.paths import resolve_workspace
from inbox_app.storage import migrations
from tests.packages.conftest import PATIENCE, Installed
from tests.servers.secret_service import SecretService
from tests.unit.packaging.elf import search_paths
from tests.upgrade.test_kept_counts import make_old

pytestmark = [pytest.mark.package, pytest.mark.timeout(600)]

MAIL = b"""From: Ada <ada@example.test>
To: us@example.test
Message-ID: <one@example.test>
Date: Thu, 26 Nov 2026 10:00:00 +0000
Subject: =?utf-8?q?Perch=C3=A9_no?=
MIME-Version: 1.0
Content-Type: text/html; charset=windows-1252

<p>The <b>kiln</b> is \x93warm\x94<script>alert(1)</script></p>
"""


def test_it_says_its_version(bundle: Installed) -> None:
    assert bundle.run("--version").stdout == f"Portavoce {__version__}\n"


def test_it_knows_every_channel(bundle: Installed) -> None:
    assert {one["key"] for one in bundle.tell("channels")} == set(CATALOGUE)


def test_the_practice_room_opens_and_its_window_is_drawn(bundle: Installed) -> None:
    practice = ("--workspace", "practice")
    bundle.tell(*practice, "practice", "--create-only")
    bundle.tell(*practice, "sync")
    assert bundle.tell(*practice, "list")["conversations"]
    facts = bundle.tell(*practice, "doctor")
    assert (facts["problems"], facts["schema"]) == ([], migrations.head())
    assert facts["qt"] == version("PySide6-Essentials")
    picture = bundle.home / "window.png"
    bundle.tell(*practice, "picture", "--out", picture)
    image = QImage(str(picture))
    seen = {image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)}
    assert len(seen) > 200


def test_texts_are_translated(bundle: Installed) -> None:
    english, italian = (bundle.run("--help", variables={"LC_ALL": code}).stdout for code in ("en_GB", "it_IT.UTF-8"))
    assert "opens the window" in english
    assert "apre la finestra" in italian


def test_html_mail_is_read_by_the_worker(bundle: Installed) -> None:
    letter = bundle.home / "letter.eml"
    letter.write_bytes(MAIL)
    archive = ("--workspace", "archive")
    assert bundle.tell(*archive, "import", "eml", letter, "--own", "us@example.test")["added"] == 1
    (conversation,) = bundle.tell(*archive, "list", "--view", "all")["conversations"]
    shown = json.dumps(bundle.tell(*archive, "show", conversation["id"]), ensure_ascii=False)
    assert conversation["title"] == "Perché no"
    assert "The kiln is “warm”" in shown
    assert "alert" not in shown


def test_the_worker_is_the_same_program(bundle: Installed) -> None:
    html = b"<p onclick='x()'>warm</p><script>alert(1)</script>"
    answers: list[Answer] = []
    child = Child([str(bundle.program), FROZEN_FLAG], seconds=PATIENCE)
    try:
        child.ask(Request(Verb.CLEAN, (len(html),)), html, lambda answer, _: answers.append(answer))
    finally:
        child.close()
    (answer,) = answers
    assert not answer.refused
    assert "<p>warm</p>" in unpack(CleanHtml, answer.value).html


def test_an_older_workspace_is_migrated(bundle: Installed) -> None:
    address = resolve_workspace(str(bundle.home / "old"))
    make_old(address)
    facts = bundle.tell("--workspace", bundle.home / "old", "doctor")
    assert (facts["integrity"], facts["counts"], facts["problems"]) == ("ok", "ok", [])
    assert list(address.backups.iterdir())


def test_a_teams_database_is_asked_for(bundle: Installed) -> None:
    its_own = {"PSYCOPG_IMPL": "binary"}  # and not a libpq that happens to be on this machine
    done = bundle.run("--json", "--workspace", "postgresql://nobody@127.0.0.1:1/inbox", "list", variables=its_own)
    assert json.loads(done.stderr)["error"]["code"] == "server_unreachable"


@pytest.mark.server
def test_the_systems_keyring_keeps_the_key(bundle: Installed, secret_service: SecretService) -> None:
    with_a_keyring = {"PORTAVOCE_KEYRING": "system", "DBUS_SESSION_BUS_ADDRESS": secret_service.address}
    bundle.tell("--workspace", "practice", "practice", "--create-only")
    facts = bundle.tell("--workspace", "practice", "doctor", variables=with_a_keyring)
    assert (facts["keyring"], facts["problems"]) == ("system", [])
    without = bundle.run("--json", "--workspace", "practice", "doctor", variables={"PORTAVOCE_KEYRING": "system"})
    assert "keyring" in json.loads(without.stdout)["problems"][0]


@pytest.mark.parametrize("unused", ["libgtk-3*", "libQt6Qml*", "libQt6EglFS*", "uvloop*", "pytest*", "libglib-2.0*"])
def test_what_it_does_not_use_is_left_out(bundle: Installed, unused: str) -> None:
    assert not [str(path) for path in bundle.program.parent.rglob(unused)]


def test_nothing_is_looked_for_where_it_was_built(bundle: Installed) -> None:
    """A library's search path that names a folder of the building machine could be filled by somebody else."""
    internal = bundle.program.parent / "_internal"
    libraries = [path for path in internal.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    assert len(libraries) > 80
    found = {path.name: search_paths(path) for path in libraries}
    assert not {name for name, places in found.items() if any(place.startswith("/") for place in places)}


def test_it_brings_the_licences_of_what_it_holds(bundle: Installed) -> None:
    licences = bundle.program.parent / "licences"
    listed = (licences / "LIST.txt").read_text("utf-8")
    assert f"PySide6_Essentials {version('PySide6-Essentials')}: LGPL-3.0-only" in listed
    assert (licences / f"httpx-{version('httpx')}").is_dir()
    assert sys.version.split()[0] in listed
