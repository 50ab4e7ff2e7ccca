"""Server programs for tests: find them, start them in a folder of their own, ask until they answer, end them.

A server runs on loopback with a configuration of ours in a temporary folder. It counts as started when
it answers, never after a pause, and it ends with the test process, also when that one is killed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.waiting import wait_until

if TYPE_CHECKING:
    from pwd import struct_passwd

LOOPBACK = "127.0.0.1"

# Debian keeps servers here, and the search path of an ordinary user often leaves it out.
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")

# Linux takes ports from 32768 on for outgoing connections; below that no such connection can steal a server's port.
_PORTS = range(20_000, 32_000)

# The kernel ends a server when the *thread* that started it ends, so that thread has to live as long as the tests do.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="start-servers")


_running: list[ServerProcess] = []


class ProgramMissing(Exception):
    """A program that a test server needs is not installed; the text says which, and the package that has it."""


class ServerFailed(Exception):
    """A test server ended or did not answer in time; the text holds the end of its log."""


def find_program(name: str, package: str, folders: Iterable[str] = ()) -> str:
    """The path of a program, from `folders`, the search path or the system's folders for servers.

    Raises ProgramMissing.
    """
    places = os.pathsep.join([*folders, os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    found = shutil.which(name, path=places)
    if found is None:
        raise ProgramMissing(f"{name} is not installed (package {package})")
    return found


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise ServerFailed("no free port found on the loopback address")


def answers(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def greets(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port and speaks first, as mail servers do."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            return connection.recv(1) != b""
    except OSError:
        return False


def server_user() -> struct_passwd:
    """Who runs the servers: ourselves, or `nobody` when we are root, since some servers refuse root."""
    import pwd  # is not on every system where the other tests run

    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def make_folder(name: str) -> Path:
    """A new temporary folder that belongs to the servers' user; its path is short, for sockets may have 107 bytes."""
    folder = make_private_folder(name)
    give_to_server(folder)
    return folder


def make_private_folder(name: str) -> Path:
    """The same for a server that runs as ourselves."""
    return Path(tempfile.mkdtemp(prefix=f"portavoce-{name}-", dir="/tmp"))


def give_to_server(path: Path) -> None:
    """Let the servers' user own a file or a folder that we have just written."""
    if os.geteuid() == 0:
        os.chown(path, server_user().pw_uid, server_user().pw_gid)


def as_server_user(command: Sequence[str]) -> list[str]:
    """The command, run as the servers' user."""
    return [find_program("setpriv", "util-linux"), *_server_user_options(), *command]


def _server_user_options() -> list[str]:
    if os.geteuid() != 0:
        return []
    user = server_user()
    return [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def running_servers() -> list[ServerProcess]:
    """The servers that this process has started and not stopped."""
    return list(_running)


@dataclass(eq=False)
class ServerProcess:
    """One server program: started in the foreground, watched until it answers, ended by its process id."""

    name: str
    command: Sequence[str]
    folder: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    unprivileged: bool = False
    """Whether it runs as the servers' user and not as ourselves."""
    stop_signal: signal.Signals = signal.SIGTERM
    logs: Sequence[Path] = ()
    standard_input: bytes | None = None
    """What it reads from its standard input before that ends; None leaves it open for `write`."""
    patience: float = 10.0
    """Seconds that it may take to answer, on a machine that is busy with other things too."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> Path:
        """The file with what the program printed."""
        return self.folder / f"{self.name}.output"

    def write(self, text: bytes) -> None:
        """Give the program this on its standard input, which stays open while it runs."""
        if self._process is None or self._process.stdin is None:
            raise ServerFailed(f"{self.name} does not run")
        self._process.stdin.write(text)
        self._process.stdin.flush()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and return when it answers. Raises ServerFailed."""
        self._process = _starter.submit(self._spawn).result()
        _running.append(self)
        if self.standard_input is not None:
            self.write(self.standard_input)
            self._end_input()
        try:
            wait_until(lambda: self.ready() or not self.running, f"{self.name} to answer", self.patience)
        except TimeoutError as error:
            self.stop()
            raise ServerFailed(f"{error}\n{self.log_text()}") from error
        if not self.running:
            self._forget()
            raise ServerFailed(f"{self.name} ended at once\n{self.log_text()}")

    def stop(self) -> None:
        """Ask it to end and wait for it; what then is left of its group, such as processes with a client, is ended."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()
        self._end_group()
        self._forget()

    def kill(self) -> None:
        """End its process group at once, as a power cut would."""
        if self._process is None:
            return
        self._end_group()
        self._process.wait()
        self._forget()

    def freeze(self) -> None:
        """Let its process group stand still: connections stay open and nothing is ever answered."""
        self._signal_group(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._signal_group(signal.SIGCONT)

    def log_text(self, since: Mapping[Path, int] | None = None) -> str:
        """What it printed and logged, from the given byte of each file on."""
        starts = since or {}
        return "".join(_read_from(path, starts.get(path, 0)) for path in self.log_files())

    def log_files(self) -> list[Path]:
        return [path for path in (self.output, *self.logs) if path.exists()]

    def _forget(self) -> None:
        self._end_input()
        self._process = None
        if self in _running:
            _running.remove(self)

    def _end_group(self) -> None:
        """Kill what is left of the group and wait for it: its children listen on the ports as long as they live."""
        if self._process is not None:
            group = self._process.pid
            self._signal_group(signal.SIGKILL)
            wait_until(lambda: not _lives(group), f"the processes of {self.name} to end")

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _end_input(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.output.open("ab") as output:
            return subprocess.Popen(
                self._command_that_ends_with_us(),
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), **self.environment},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _command_that_ends_with_us(self) -> list[str]:
        setpriv = find_program("setpriv", "util-linux")
        ends_with_us = f"--pdeathsig={self.stop_signal.name.removeprefix('SIG')}"
        options = _server_user_options() if self.unprivileged else []
        return [setpriv, ends_with_us, *options, *self.command]


def _lives(group: int) -> bool:
    """Whether a process of this group still holds anything; one that only waits to be reaped does not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = entry.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def _read_from(path: Path, start: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")
