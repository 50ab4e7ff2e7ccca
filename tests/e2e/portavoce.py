"""Running the `portavoce` command as a person does: a process of its own, a home of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


@dataclass(frozen=True)
class Portavoce:
    """One person's Portavoce. Secrets are kept under a passphrase, as on a machine without a keyring."""

    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "passphrase").write_text("correct horse battery staple\n")

    def move_in(self) -> None:
        """Have the practice room as `practice --create-only` leaves it."""
        shutil.copytree(practice_room(), self.home, dirs_exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the process sees."""
        ours = {
            "PORTAVOCE_HOME": str(self.home),
            "PORTAVOCE_KEYRING": "passphrase",
            "PORTAVOCE_PASSPHRASE_FILE": str(self.home / "passphrase"),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**inherited, **ours, **self.variables}

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """The command with these arguments and this standard input, whatever comes of it."""
        done = subprocess.run(
            [sys.executable, "-m", "inbox_app", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def tell(self, *arguments: str, given: str = "") -> Any:
        """The JSON answer of a command that must succeed."""
        done = self.run("--json", *arguments, given=given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def fail(self, *arguments: str, given: str = "") -> tuple[str, str]:
        """The code and the sentence of a command that must fail."""
        done = self.run("--json", *arguments, given=given)
        assert done.returncode == 1, done.stdout
        error = json.loads(done.stderr.splitlines()[-1])["error"]
        return error["code"], error["message"]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that goes on running."""
        return subprocess.Popen(
            [sys.executable, "-m", "inbox_app", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@cache
def practice_room() -> Path:
    """A home to be copied, with the practice room in it and no secret: the command needs seconds to make one."""
    home = Path(tempfile.mkdtemp(prefix="portavoce-practice-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    maker = Portavoce(home, {"PORTAVOCE_KEYRING": "session"})
    maker.tell("practice", "--create-only")
    (home / "passphrase").unlink()
    return home
