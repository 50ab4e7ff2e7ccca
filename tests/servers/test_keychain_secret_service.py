"""The keychain on a real Secret Service: kept, locked, frozen, emptied, and not there at all."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from inbox_app.sealing.key import make_content_key
from tests.servers.secret_service import SecretService

pytestmark = pytest.mark.server

TOKEN = "token pâté 😀"
PROGRAM = """
import asyncio, sys
from pathlib import Path
from inbox_app.keychain import Keychain, KeychainError, read_keyring_choice

key_file, deadline, envelope = Path(sys.argv[1]), float(sys.argv[2]), bytes.fromhex(sys.argv[3])

async def main():
    chain = Keychain(key_file, read_keyring_choice(), deadline=deadline)
    try:
        await chain.unlock()
        if envelope:
            return chain.decrypt("anna", "token", envelope)
        return chain.encrypt("anna", "token", sys.stdin.buffer.read().decode()).hex()
    except KeychainError as error:
        return error.code

sys.stdout.reconfigure(encoding="utf-8")
print(asyncio.run(main()))
"""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "keychain.json"


def start(key_file: Path, environment: Mapping[str, str], envelope: str, deadline: float) -> subprocess.Popen[str]:
    variables = {**os.environ, "PORTAVOCE_KEYRING": "system", **environment}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(key_file), str(deadline), envelope],
        env={name: value for name, value in variables.items() if value},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Return what the program printed: an envelope, a secret or the code of its failure."""
    out, err = process.communicate(TOKEN, timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.strip()


def run(key_file: Path, service: SecretService, envelope: str = "", deadline: float = 30) -> str:
    return finish(start(key_file, service.environment, envelope, deadline))


def test_one_process_seals_and_another_opens(key_file: Path, secret_service: SecretService) -> None:
    envelope = run(key_file, secret_service)
    assert TOKEN.encode().hex() not in envelope
    assert run(key_file, secret_service, envelope) == TOKEN


def test_the_service_is_found_without_naming_it(key_file: Path, secret_service: SecretService) -> None:
    environment = {**secret_service.environment, "PYTHON_KEYRING_BACKEND": ""}
    envelope = finish(start(key_file, environment, "", 30))
    assert run(key_file, secret_service, envelope) == TOKEN


def test_processes_that_start_together_share_one_key(key_file: Path, secret_service: SecretService) -> None:
    together = [start(key_file, secret_service.environment, "", 30) for _ in range(3)]
    envelopes = [finish(process) for process in together]
    assert [run(key_file, secret_service, envelope) for envelope in envelopes] == [TOKEN] * 3


def test_a_locked_keyring_is_told_and_serves_again_when_unlocked(key_file: Path, secret_service: SecretService) -> None:
    envelope = run(key_file, secret_service)
    secret_service.lock()
    assert run(key_file, secret_service, envelope) == "keyring_locked"
    secret_service.unlock()
    assert run(key_file, secret_service, envelope) == TOKEN


def test_a_keyring_locked_from_the_start_makes_no_key(key_file: Path, locked_secret_service: SecretService) -> None:
    assert run(key_file, locked_secret_service) == "keyring_locked"
    locked_secret_service.unlock()
    envelope = run(key_file, locked_secret_service)
    assert run(key_file, locked_secret_service, envelope) == TOKEN


def test_a_frozen_keyring_neither_holds_us_up_nor_keeps_us_from_ending(
    key_file: Path, secret_service: SecretService
) -> None:
    envelope = run(key_file, secret_service)
    secret_service.freeze()
    assert run(key_file, secret_service, envelope, deadline=1) == "keyring_silent"
    secret_service.thaw()
    assert run(key_file, secret_service, envelope) == TOKEN


def test_no_bus_means_no_keyring_and_nothing_written_in_the_clear(key_file: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "PYTHON_KEYRING_BACKEND": ""}
    assert finish(start(key_file, nowhere, "", 30)) == "keyring_missing"
    assert all(TOKEN not in p.read_text() for p in key_file.parent.iterdir())


CONTENT = """
import asyncio, sys
from pathlib import Path
from inbox_app.keychain import Keychain, KeychainError, read_keyring_choice
from inbox_app.sealing.key import content_key_from_text

folder, deadline, text = Path(sys.argv[1]), float(sys.argv[2]), sys.stdin.read()

async def main():
    chain = Keychain(folder / "keychain.json", read_keyring_choice(), deadline=deadline)
    key = content_key_from_text(text)
    try:
        if key is not None:
            return await chain.keep_content_key(key, folder / f"sealed-{key.id}")
        found = await chain.find_content_key(text, folder / f"sealed-{text}")
        return "nothing" if found is None else found.to_text()
    except KeychainError as error:
        return error.code

print(asyncio.run(main()))
"""


def ask_for_content_key(folder: Path, service: SecretService, text: str, deadline: float = 30) -> str:
    """Keep a key, or find the one of an id, in a process of its own."""
    variables = {**os.environ, "PORTAVOCE_KEYRING": "system", **service.environment}
    done = subprocess.run(
        [sys.executable, "-c", CONTENT, str(folder), str(deadline)],
        env=variables,
        cwd=Path(__file__).parents[2],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_the_key_of_a_workspace_is_found_by_its_id_wherever_the_folder_lies(
    tmp_path: Path, secret_service: SecretService
) -> None:
    first, second = make_content_key(), make_content_key()
    for key in (first, second):
        assert ask_for_content_key(tmp_path / "here", secret_service, key.to_text()) == "True"
    assert ask_for_content_key(tmp_path / "moved", secret_service, first.id) == first.to_text()
    assert ask_for_content_key(tmp_path / "moved", secret_service, second.id) == second.to_text()
    assert ask_for_content_key(tmp_path / "here", secret_service, make_content_key().id) == "nothing"
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(first.to_text().encode() in one or first.value in one for one in kept)


def test_a_locked_or_frozen_keyring_neither_gives_nor_takes_a_key_of_a_workspace(
    tmp_path: Path, secret_service: SecretService
) -> None:
    key, other = make_content_key(), make_content_key()
    ask_for_content_key(tmp_path, secret_service, key.to_text())
    secret_service.lock()
    assert ask_for_content_key(tmp_path, secret_service, key.id) == "keyring_locked"
    assert ask_for_content_key(tmp_path, secret_service, other.to_text()) == "keyring_locked"
    secret_service.unlock()
    assert ask_for_content_key(tmp_path, secret_service, key.id) == key.to_text()
    secret_service.freeze()
    assert ask_for_content_key(tmp_path, secret_service, key.id, deadline=1) == "keyring_silent"
    secret_service.thaw()
