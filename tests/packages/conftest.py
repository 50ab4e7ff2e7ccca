"""The bundle, run in an empty home with as few variables as a desktop ever gives."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "build" / "package" / "portavoce"
PATIENCE = 120


@dataclass(frozen=True)
class Installed:
    """An installed Portavoce and the home of the person who uses it."""

    program: Path
    home: Path

    def run(
        self, *arguments: str | Path, variables: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """The program with these arguments, whatever comes of it."""
        environment = {
            "HOME": str(self.home),
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "PORTAVOCE_KEYRING": "session",
            **variables,
        }
        command = [str(self.program), *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def tell(self, *arguments: str | Path, variables: Mapping[str, str] = MappingProxyType({})) -> Any:
        """The JSON answer of a command that must succeed."""
        done = self.run("--json", *arguments, variables=variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def installed(own_home: Path) -> Callable[[Path], Installed]:
    """Return a function from a program to one that is used in this test's empty home."""

    def use(program: Path) -> Installed:
        assert program.is_file(), f"{program} is not there: run `make package` first"
        return Installed(program, own_home)

    return use


@pytest.fixture
def bundle(installed: Callable[[Path], Installed]) -> Installed:
    """The bundle where it was built."""
    return installed(BUNDLE / "portavoce")
