"""A provider of mail for tests whose servers take the tokens of its authorization server, and one user there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.authorization import CLIENT, AuthorizationServer
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import skipped_without_program
from tests.servers.mailbox import MailUser
from tests.servers.smtp import MailStore
from tests.servers.smtp_tokens import TokenSmtpServer


@dataclass(frozen=True)
class OAuthPlace:
    """Everything of one provider."""

    oauth: AuthorizationServer
    dovecot: Dovecot
    smtp: TokenSmtpServer
    user: MailUser

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the user's account; the client's secret is apart."""
        return {
            "address": self.user.address,
            "auth": "oauth",
            "oauth_client_id": CLIENT,
            "oauth_authorize_url": self.oauth.authorize_url,
            "oauth_token_url": self.oauth.token_url,
            "oauth_scopes": "mail",
            "imap_host": "localhost",
            "imap_port": str(self.dovecot.imaps_port),
            "smtp_host": "localhost",
            "smtp_port": str(self.smtp.port),
            "smtp_security": "starttls",
        }


@contextmanager
def open_place(certificates: Certificates, folder: Path, mechanism: str = "XOAUTH2") -> Iterator[OAuthPlace]:
    """Start all three servers, both mail servers with this mechanism alone for tokens; end them afterwards."""
    with ExitStack() as closing:
        oauth = AuthorizationServer()
        oauth.start()
        closing.callback(oauth.stop)
        with skipped_without_program():
            url = f"{oauth.url}/introspect"
            dovecot = Dovecot(certificates, introspection_url=url, token_mechanisms=mechanism.lower())
            dovecot.start()
        closing.callback(dovecot.close)
        store = MailStore(dovecot.imap_port, dovecot.lmtp_port)
        smtp = TokenSmtpServer(store, certificates.good.server_context(), folder / "accepted.log", oauth, mechanism)
        smtp.start()
        closing.callback(smtp.stop)
        yield OAuthPlace(oauth, dovecot, smtp, dovecot.new_user("anna"))
