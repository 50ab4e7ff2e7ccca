"""The submission server in a process of its own, for tests that kill its client: its log outlives everybody.

`python -m tests.servers.smtp_process --help` runs it; it reads faults from its standard input and ends when that does.
"""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.certificates import Certificate
from tests.servers.programs import LOOPBACK, ServerProcess, free_port, greets
from tests.servers.smtp import MailStore, SmtpServer
from tests.servers.smtp_faults import Fault, Manner, Stage
from tests.servers.smtp_log import Accepted, AcceptedLog
from tests.servers.waiting import wait_until

_ROOT = Path(__file__).parents[2]


@dataclass
class SmtpProcess:
    """A submission server in another process. Users and passwords are those of the mail store behind it."""

    store: MailStore
    certificate: Certificate
    folder: Path
    host: str = LOOPBACK
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    _planned: int = 0

    def __post_init__(self) -> None:
        self.log = self.folder / "accepted.jsonl"
        """The file with one line for each accepted message; `smtp_log.AcceptedLog` reads it."""
        self.process = ServerProcess(
            name="smtp",
            command=[sys.executable, "-m", "tests.servers.smtp_process", *self._arguments()],
            folder=self.folder,
            ready=lambda: greets(self.port),
            environment={"PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"},
        )

    @property
    def accepted(self) -> list[Accepted]:
        """Every message it took responsibility for, oldest first."""
        return AcceptedLog(self.log).read()

    def fail(self, fault: Fault, times: int = 1) -> None:
        """Go wrong in this way the next `times` times."""
        self._planned += 1
        order = {"stage": fault.stage, "answer": fault.answer, "times": times}
        self.process.write(json.dumps(order).encode() + b"\n")
        wait_until(self._all_planned, "the submission server to take the fault")

    def start(self) -> None:
        self._planned = 0
        self.process.start()

    def stop(self) -> None:
        """End every connection, and refuse new ones until `start`; faults still to come are forgotten."""
        self.process.kill()

    def _all_planned(self) -> bool:
        return self.process.output.read_text().count("planned") >= self._planned

    def _arguments(self) -> list[str]:
        options = {
            "port": self.port,
            "tls-port": self.tls_port,
            "imap-port": self.store.imap_port,
            "lmtp-port": self.store.lmtp_port,
            "certificate": self.certificate.certificate,
            "key": self.certificate.key,
            "log": self.log,
        }
        return [f"--{name}={value}" for name, value in options.items()]


def main() -> None:
    """Serve until the standard input ends; each line of it is a fault to come."""
    options = _parser().parse_args()
    server = SmtpServer(
        MailStore(options.imap_port, options.lmtp_port),
        Certificate(options.certificate, options.key).server_context(),
        options.log,
        options.port,
        options.tls_port,
    )
    server.start()
    for line in sys.stdin:
        order = json.loads(line)
        server.fail(Fault(Stage(order["stage"]), _answer(order["answer"])), order["times"])
        print("planned")
    server.stop()


def _answer(text: str) -> str | Manner:
    return Manner(text) if text in set(Manner) else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A submission server that delivers through LMTP.")
    for port in ("port", "tls-port", "imap-port", "lmtp-port"):
        parser.add_argument(f"--{port}", type=int, required=True)
    for path in ("certificate", "key", "log"):
        parser.add_argument(f"--{path}", type=Path, required=True)
    return parser


if __name__ == "__main__":
    main()
