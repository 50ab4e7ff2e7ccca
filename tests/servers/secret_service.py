"""A real Secret Service for tests: a private bus with GNOME's keyring on it, open, locked or not answering.

It is handed to subprocesses through their environment, since a process keeps the bus that it first met.
https://specifications.freedesktop.org/secret-service-spec/latest/
"""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.servers.programs import ServerProcess, find_program, make_private_folder

_TEMPLATE = Template(Path(__file__).with_name("bus.conf").read_text())
_PASSWORD = b"password of the keyring"


@dataclass
class SecretService:
    """A bus and a keyring of its own, without a screen on which a password could be asked for."""

    folder: Path = field(default_factory=lambda: make_private_folder("secrets"))

    def __post_init__(self) -> None:
        bus = find_program("dbus-daemon", "dbus-daemon")
        keyring = find_program("gnome-keyring-daemon", "gnome-keyring")
        self._ask = [find_program("dbus-send", "dbus-bin"), f"--bus={self.address}", "--print-reply"]
        configuration = self.folder / "bus.conf"
        configuration.write_text(_TEMPLATE.substitute(address=self.address))
        self.bus = ServerProcess(
            name="bus",
            command=[bus, "--nofork", f"--config-file={configuration}"],
            folder=self.folder,
            ready=self._bus_answers,
        )
        self.keyring = ServerProcess(
            name="keyring",
            command=[keyring, "--foreground", "--unlock", "--components=secrets"],
            folder=self.folder,
            ready=self._keyring_answers,
            environment=self._folders(),
            standard_input=_PASSWORD,
        )

    @property
    def address(self) -> str:
        """The address of the bus."""
        return f"unix:path={self.folder}/socket"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a subprocess needs in its environment, beside the ordinary, to keep its secrets here."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }

    def start(self) -> None:
        """Start bus and keyring; the keyring is open and has what it had before."""
        self.bus.start()
        self.keyring.start()

    def lock(self) -> None:
        """Lock the keyring: nobody is there to open it, so whoever asks is refused."""
        collection = "array:objpath:/org/freedesktop/secrets/collection/login"
        self._call(
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            collection,
        )

    def unlock(self) -> None:
        """Open the keyring again, as its owner does by signing in anew."""
        self.keyring.stop()
        self.keyring.start()

    def freeze(self) -> None:
        """Let the keyring answer nobody, until `thaw`."""
        self.keyring.freeze()

    def thaw(self) -> None:
        self.keyring.thaw()

    def close(self) -> None:
        """End it, and remove every secret."""
        self.keyring.stop()
        self.bus.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _folders(self) -> dict[str, str]:
        names = {"XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}
        folders = {variable: self.folder / name for variable, name in names.items()}
        for folder in folders.values():
            folder.mkdir(mode=0o700, exist_ok=True)
        return {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            **{variable: str(folder) for variable, folder in folders.items()},
        }

    def _bus_answers(self) -> bool:
        return self._has_owner("org.freedesktop.DBus")

    def _keyring_answers(self) -> bool:
        return self._has_owner("org.freedesktop.secrets")

    def _has_owner(self, name: str) -> bool:
        question = "org.freedesktop.DBus.NameHasOwner"
        try:
            answer = self._call("--dest=org.freedesktop.DBus", "/", question, f"string:{name}")
        except subprocess.CalledProcessError:
            return False
        return "boolean true" in answer

    def _call(self, *arguments: str) -> str:
        done = subprocess.run([*self._ask, *arguments], capture_output=True, text=True, timeout=10, check=True)
        return done.stdout
