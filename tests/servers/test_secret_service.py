"""The Secret Service keeps, refuses or does not answer, as a subprocess with `keyring` sees it."""

import os
import subprocess
import sys

import pytest

from tests.servers.secret_service import SecretService

pytestmark = pytest.mark.server

STORE = "import keyring; keyring.set_password('portavoce', 'workspace', 'a key')"
READ = "import keyring; print(keyring.get_password('portavoce', 'workspace'))"


def _run(service: SecretService, program: str, seconds: float = 30) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **service.environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def test_another_process_reads_the_password_that_one_stored(secret_service: SecretService) -> None:
    assert _run(secret_service, STORE).returncode == 0
    read = _run(secret_service, READ)
    assert (read.stdout, read.returncode) == ("a key\n", 0)


def test_a_locked_keyring_refuses_until_it_is_unlocked(
    locked_secret_service: SecretService,
) -> None:
    locked_secret_service.unlock()
    _run(locked_secret_service, STORE)
    locked_secret_service.lock()
    assert "KeyringLocked" in _run(locked_secret_service, READ).stderr
    locked_secret_service.unlock()
    assert _run(locked_secret_service, READ).stdout == "a key\n"


def test_a_frozen_keyring_answers_nobody_and_goes_on_when_thawed(
    secret_service: SecretService,
) -> None:
    secret_service.freeze()
    with pytest.raises(subprocess.TimeoutExpired):
        _run(secret_service, READ, seconds=2)
    secret_service.thaw()
    assert _run(secret_service, STORE).returncode == 0
