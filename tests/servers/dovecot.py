"""A real Dovecot 2.3 for tests: IMAP with and without TLS, and LMTP to deliver with.

One server serves a whole run; tests keep out of each other's way because each makes users of its own.
https://doc.dovecot.org/2.3/settings/core/
"""

import grp
import shutil
import smtplib
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.servers.certificates import Certificates
from tests.servers.mailbox import Mailbox, MailUser
from tests.servers.programs import (
    LOOPBACK,
    ServerProcess,
    answers,
    as_server_user,
    find_program,
    free_port,
    give_to_server,
    greets,
    make_folder,
    server_user,
)
from tests.servers.waiting import wait_until

DOMAIN = "example.test"

_PARTS = ("/usr/lib/dovecot", "/usr/libexec/dovecot")
# https://doc.dovecot.org/2.3/configuration_manual/authentication/oauth2/
_TOKEN_PASSDB = """passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {folder}/dovecot-oauth2.conf
}}
"""
_TOKENS = """introspection_mode = post
introspection_url = {url}
active_attribute = active
active_value = true
username_attribute = username
"""
_TEMPLATE = Template(Path(__file__).with_name("dovecot.conf").read_text())


@dataclass
class Dovecot:
    """A running Dovecot. `imap_port` speaks plain IMAP and STARTTLS, `imaps_port` TLS from the first byte."""

    certificates: Certificates
    folder: Path = field(default_factory=lambda: make_folder("dovecot"))
    host: str = LOOPBACK
    imap_port: int = field(default_factory=free_port)
    imaps_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    introspection_url: str = ""
    """Where it asks whether an OAuth token is good; without it, it takes none."""
    token_mechanisms: str = "xoauth2 oauthbearer"

    def __post_init__(self) -> None:
        program = find_program("dovecot", "dovecot-imapd")
        find_program("lmtp", "dovecot-lmtpd", _PARTS)
        self._users = self.folder / "users"
        self._users.mkdir()
        self._configuration.write_text(_configuration(self))
        self._tokens.write_text(_TOKENS.format(url=self.introspection_url))
        for path in (self._users, self._configuration, self._tokens):
            give_to_server(path)
        self.process = ServerProcess(
            name="dovecot",
            command=[program, "-F", "-c", str(self._configuration)],
            unprivileged=True,
            folder=self.folder,
            ready=self._answers,
            logs=[self.folder / "dovecot.log"],
        )

    def start(self) -> None:
        """Start it; the mail, the users and the ports are those of before."""
        self.process.start()

    def stop(self) -> None:
        """Stop it: every connection ends and new ones are refused until `start`."""
        self.process.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it and remove all it has stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_user(self, name: str = "user") -> MailUser:
        """A user nobody had before, with a password of their own and the usual folders."""
        unique = uuid.uuid4().hex[:12]
        user = MailUser(f"{name}-{unique}@{DOMAIN}", f"password-{uuid.uuid4().hex}")
        self._write_user(user)
        return user

    def change_password(self, user: MailUser, password: str) -> MailUser:
        """Give a user another password, as its owner would elsewhere; the old one no longer opens anything."""
        changed = MailUser(user.address, password)
        self._write_user(changed)
        # Dovecot looks at a user's file at most once a second.
        wait_until(lambda: self.mailbox(changed).opens(), "the new password to open the mailbox")
        return changed

    def deliver(self, user: MailUser, raw: bytes, sender: str = f"someone@{DOMAIN}") -> None:
        """Put a message into a user's inbox, as mail from outside arrives."""
        with smtplib.LMTP(self.host, self.lmtp_port, timeout=10) as lmtp:
            lmtp.sendmail(sender, [user.address], raw)

    def mailbox(self, user: MailUser) -> Mailbox:
        """The user's mail seen without our program: what a test compares with, and another mail program at work."""
        return Mailbox(self.host, self.imap_port, user)

    def change_uidvalidity(self, user: MailUser, folder: str) -> int:
        """Give a folder another UIDVALIDITY, so that every UID known of it is void; returns the new one."""
        new = self.mailbox(user).uidvalidity(folder) + 1
        self._doveadm("mailbox", "update", "-u", user.address, "--uid-validity", str(new), folder)
        return new

    def _answers(self) -> bool:
        return greets(self.imap_port) and greets(self.lmtp_port) and answers(self.imaps_port)

    @property
    def _configuration(self) -> Path:
        return self.folder / "dovecot.conf"

    @property
    def _tokens(self) -> Path:
        return self.folder / "dovecot-oauth2.conf"

    def _write_user(self, user: MailUser) -> None:
        # One file a user: Dovecot reads a new file at once, but a changed one only after a second.
        path = self._users / user.address
        path.write_text(f"{user.address}:{{PLAIN}}{user.password}::::::\n")
        give_to_server(path)

    def _doveadm(self, *arguments: str) -> None:
        program = find_program("doveadm", "dovecot-core")
        command = as_server_user([program, "-c", str(self._configuration), *arguments])
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=self.folder, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"doveadm {arguments} failed: {done.stderr}")


def _configuration(dovecot: Dovecot) -> str:
    user, good = server_user(), dovecot.certificates.good
    return _TEMPLATE.substitute(
        folder=dovecot.folder,
        host=dovecot.host,
        domain=DOMAIN,
        user=user.pw_name,
        group=grp.getgrgid(user.pw_gid).gr_name,
        uid=user.pw_uid,
        gid=user.pw_gid,
        certificate=good.certificate,
        key=good.key,
        imap_port=dovecot.imap_port,
        imaps_port=dovecot.imaps_port,
        lmtp_port=dovecot.lmtp_port,
        mechanisms=f"plain login {dovecot.token_mechanisms if dovecot.introspection_url else ''}",
        tokens=_TOKEN_PASSDB.format(mechanisms=dovecot.token_mechanisms, folder=dovecot.folder)
        if dovecot.introspection_url
        else "",
    )
