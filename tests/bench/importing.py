"""P12: the import of a mailbox file against `notmuch new` on the same mails as a Maildir (https://notmuchmail.org).

Both as processes of their own, all their children counted; both leave the mails searchable, and ours keeps a copy of
each besides, which notmuch leaves where it found it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.mailbox import US, write_maildir, write_mbox
from tests.bench.ratio import Figure, figure

MOST = 100_000
"""Mails that are imported at most; notmuch alone takes a quarter of an hour for so many on a busy machine."""
_MAILS_IN_ALL = 50_000


def figures(messages: int) -> Iterator[Figure]:
    """P12 for this size, where notmuch is installed."""
    if shutil.which("notmuch") is None:
        print("P12 is not measured: notmuch is not installed.", flush=True)
        return
    count = min(messages, MOST)
    with tempfile.TemporaryDirectory() as folder:
        yield measure(count, Path(folder), max(1, min(5, _MAILS_IN_ALL // count)))


def measure(count: int, folder: Path, rounds: int) -> Figure:
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
