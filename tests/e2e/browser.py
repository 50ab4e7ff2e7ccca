"""A browser for the tests: what the `BROWSER` variable names. It follows where it is sent, as the person consents."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.servers.authorization import browse

COMMAND = f"{shlex.quote(sys.executable)} {shlex.quote(str(Path(__file__)))} %s &"

if __name__ == "__main__":
    print("A browser may say anything.")
    print(browse(sys.argv[1]).status_code)
