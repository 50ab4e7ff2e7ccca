"""P12: the import of a mailbox file against `notmuch new` on the same mails as a Maildir (https://notmuchmail.org).

Both as processes of their own, all their children counted; both leave the mails searchable, and ours keeps a copy of
each besides, which notmuch leaves where it found it. `python -m tests.bench.importing [mails …]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.mailbox import US, write_maildir, write_mbox
from tests.bench.ratio import Figure, figure

ROUNDS = 3


def measure(count: int, folder: Path, rounds: int = ROUNDS) -> Figure:
    """Ours and theirs in turn, each from nothing."""
    mbox, maildir = folder / "bench.mbox", folder / "maildir"
    write_mbox(mbox, count)
    write_maildir(maildir, count)
    pairs = [
        (_ours(folder / f"ours{turn}", mbox), _theirs(folder / f"theirs{turn}", maildir)) for turn in range(rounds)
    ]
    return figure("P12", f"import of an mbox of {count:,} mails / notmuch new", 1.0, pairs)


def _ours(home: Path, mbox: Path) -> float:
    home.mkdir()
    command = [
        sys.executable,
        "-m",
        "inbox_app",
        "--workspace",
        str(home / "ws"),
        "--json",
        "import",
        "mbox",
        str(mbox),
    ]
    places = {f"XDG_{kind}_HOME": str(home) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return _cpu([*command, "--own", US], {**os.environ, **places, "HOME": str(home)})


def _theirs(home: Path, maildir: Path) -> float:
    home.mkdir()
    config = home / "notmuch-config"
    config.write_text(
        f"[database]\npath={home / 'db'}\nmail_root={maildir}\n"
        f"[user]\nname=Brand\nprimary_email={US}\n[new]\ntags=new\n[maildir]\nsynchronize_flags=false\n"
    )
    (home / "db").mkdir()
    return _cpu(["notmuch", "new", "--quiet"], {**os.environ, "NOTMUCH_CONFIG": str(config), "HOME": str(home)})


def _cpu(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds of CPU that a program and its children take."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main(sizes: Sequence[int]) -> None:
    """Measure and print."""
    for count in sizes or (10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            found = measure(count, Path(folder))
        mark = "" if found.is_kept else "  over"
        print(
            f"{found.what}: {found.ratio:.2f}{mark} (ours {found.ours / 1e6:.1f} s, notmuch {found.floor / 1e6:.1f} s)"
        )


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]])
