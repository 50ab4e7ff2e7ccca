"""The fixtures that hand real servers to tests; `tests/conftest.py` registers this module as a plugin.

A server starts with the first test that asks for it and ends with the run. Where a program is not installed the tests
that need it are skipped with the reason; with `CI=true` they fail, so that nothing is silently left untested there.

Every run of pytest imports this module, so it imports the servers themselves only when one is asked for.
"""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.servers.programs import ProgramMissing, ServerProcess, find_program, make_folder, running_servers

if TYPE_CHECKING:
    from tests.servers.accessibility_bus import AccessibilityBusDaemon
    from tests.servers.bluesky import BlueskyNetwork
    from tests.servers.certificates import Certificates
    from tests.servers.dovecot import Dovecot
    from tests.servers.faults import FaultProxy
    from tests.servers.gateway import Gateway
    from tests.servers.mastodon import MastodonServer
    from tests.servers.postgres import PostgresCluster
    from tests.servers.secret_service import SecretService
    from tests.servers.smtp import SmtpServer
    from tests.servers.smtp_process import SmtpProcess
    from tests.servers.synapse import SynapseServer
    from tests.servers.wordpress import WordPressServer


class MakeFaultProxy(Protocol):
    """What the fixture `fault_proxy` gives."""

    def __call__(self, server_port: int, tls: ssl.SSLContext | None = None) -> FaultProxy:
        """A proxy before a server; with `tls` it speaks TLS to the client, plain to the server."""


class MakeGateway(Protocol):
    """What the fixture `gateway` gives."""

    def __call__(self, server_port: int) -> Gateway:
        """A gateway before a server of plain HTTP."""


_LOG_SIZES = pytest.StashKey[dict[Path, int]]()


@pytest.fixture(scope="session")
def certificates() -> Iterator[Certificates]:
    """An authority and the certificates, good and bad, that it (or nobody) signed."""
    from tests.servers.certificates import make_certificates

    folder = make_folder("certificates")
    yield make_certificates(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared_dovecot(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[Dovecot]:
    """The one Dovecot of a run; tests ask for `dovecot`, which mends what an earlier test broke."""
    from tests.servers.dovecot import Dovecot

    with skipped_without_program():
        server = Dovecot(certificates)
        server.start()
    yield server
    server.process.kill()
    _keep_logs(request.config, server.process)
    server.close()


@pytest.fixture
def dovecot(shared_dovecot: Dovecot) -> Iterator[Dovecot]:
    """A running Dovecot. Make users with `new_user()`; it may be stopped, the next test finds it running."""
    yield shared_dovecot
    shared_dovecot.process.thaw()
    if not shared_dovecot.process.running:
        shared_dovecot.start()


@pytest.fixture
def smtp_server(dovecot: Dovecot, certificates: Certificates, tmp_path: Path) -> Iterator[SmtpServer]:
    """A submission server of this test alone; it delivers to Dovecot and has accepted nothing yet."""
    from tests.servers.smtp import MailStore, SmtpServer

    store = MailStore(dovecot.imap_port, dovecot.lmtp_port)
    context = certificates.good.server_context()
    server = SmtpServer(store, context, tmp_path / "accepted.jsonl")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_process(dovecot: Dovecot, certificates: Certificates, tmp_path: Path) -> Iterator[SmtpProcess]:
    """The same in a process of its own, for tests that kill its client."""
    from tests.servers.smtp import MailStore
    from tests.servers.smtp_process import SmtpProcess

    store = MailStore(dovecot.imap_port, dovecot.lmtp_port)
    server = SmtpProcess(store, certificates.good, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_postgres(request: pytest.FixtureRequest) -> Iterator[PostgresCluster]:
    """The one PostgreSQL cluster of a run; tests ask for `postgres`."""
    with skipped_without_program():
        from tests.servers.postgres import PostgresCluster

        cluster = PostgresCluster()
        cluster.start()
    yield cluster
    _keep_logs(request.config, cluster.process)
    cluster.close()


@pytest.fixture
def postgres(shared_postgres: PostgresCluster) -> Iterator[PostgresCluster]:
    """A running PostgreSQL; it may be stopped, the next test finds it running."""
    yield shared_postgres
    if not shared_postgres.process.running:
        shared_postgres.start()


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """The address `postgresql+psycopg://…` of an empty database of this test alone."""
    database = postgres.new_database()
    yield postgres.url(database)
    if postgres.process.running:
        postgres.drop_database(database)


@pytest.fixture(scope="session")
def shared_secret_service(request: pytest.FixtureRequest) -> Iterator[SecretService]:
    """The one Secret Service of a run; tests ask for `secret_service` or `locked_secret_service`."""
    with skipped_without_program():
        from tests.servers.secret_service import SecretService

        service = SecretService()
        service.start()
    yield service
    _keep_logs(request.config, service.keyring)
    service.close()


@pytest.fixture
def secret_service(shared_secret_service: SecretService) -> Iterator[SecretService]:
    """An open Secret Service; give its `environment` to a subprocess. It may be locked or frozen."""
    yield shared_secret_service
    shared_secret_service.unlock()


@pytest.fixture
def locked_secret_service(secret_service: SecretService) -> SecretService:
    """The same, locked, and nobody is there to unlock it."""
    secret_service.lock()
    return secret_service


@pytest.fixture
def fault_proxy() -> Iterator[MakeFaultProxy]:
    """Make a failing network before a server: `fault_proxy(dovecot.imap_port)`, and connect to its `port`."""
    from tests.servers.faults import FaultProxy

    made: list[FaultProxy] = []

    def make(server_port: int, tls: ssl.SSLContext | None = None) -> FaultProxy:
        made.append(FaultProxy(server_port, tls))
        return made[-1]

    yield make
    for proxy in made:
        proxy.stop()


@pytest.fixture(scope="session")
def shared_mastodon(request: pytest.FixtureRequest) -> Iterator[MastodonServer]:
    """The one Mastodon server of a run; tests ask for `mastodon`."""
    with skipped_without_program():
        from tests.servers.mastodon import MastodonServer

        server = MastodonServer()
        server.start()
    yield server
    server.process.kill()
    server.http.close()
    _keep_logs(request.config, server.process)
    shutil.rmtree(server.folder)


@pytest.fixture
def mastodon(shared_mastodon: MastodonServer) -> MastodonServer:
    """A running Mastodon server. Make users with `new_user()`."""
    if not shared_mastodon.process.running:
        shared_mastodon.start()
    return shared_mastodon


@pytest.fixture(scope="session")
def shared_wordpress(request: pytest.FixtureRequest) -> Iterator[WordPressServer]:
    """The one WordPress of a run; tests ask for `wordpress`."""
    with skipped_without_program():
        from tests.servers.wordpress import WordPressServer

        server = WordPressServer()
        server.start()
    yield server
    server.process.kill()
    server.http.close()
    _keep_logs(request.config, server.process)
    shutil.rmtree(server.folder)


@pytest.fixture
def wordpress(shared_wordpress: WordPressServer) -> WordPressServer:
    """A running WordPress. Make a site with `new_site()`."""
    if not shared_wordpress.process.running:
        shared_wordpress.start()
    return shared_wordpress


@pytest.fixture(scope="session")
def shared_synapse(request: pytest.FixtureRequest) -> Iterator[SynapseServer]:
    """The one Matrix server of a run; tests ask for `synapse`."""
    with skipped_without_program():
        from tests.servers.synapse import SynapseServer

        server = SynapseServer()
        server.start()
    yield server
    server.close()
    _keep_logs(request.config, server.process)
    shutil.rmtree(server.folder)


@pytest.fixture
def synapse(shared_synapse: SynapseServer) -> SynapseServer:
    """A running Synapse. Make users with `new_user()`."""
    if not shared_synapse.process.running:
        shared_synapse.start()
    return shared_synapse


@pytest.fixture(scope="session")
def shared_bluesky(request: pytest.FixtureRequest, shared_postgres: PostgresCluster) -> Iterator[BlueskyNetwork]:
    """The one Bluesky of a run; tests ask for `bluesky`."""
    with skipped_without_program():
        from tests.servers.bluesky import BlueskyNetwork

        network = BlueskyNetwork(shared_postgres)
        network.start()
    yield network
    network.close()
    _keep_logs(request.config, network.process)
    shutil.rmtree(network.folder)


@pytest.fixture
def bluesky(shared_bluesky: BlueskyNetwork, postgres: PostgresCluster) -> BlueskyNetwork:
    """A running Bluesky. Make users with `new_user()`."""
    if not shared_bluesky.process.running:
        shared_bluesky.start()
    return shared_bluesky


@pytest.fixture
def gateway() -> Iterator[MakeGateway]:
    """Put a gateway before a server that speaks HTTP: `gateway(port)`, and ask its `url`."""
    from tests.servers.gateway import Gateway

    made: list[Gateway] = []

    def make(server_port: int) -> Gateway:
        made.append(Gateway(server_port))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real X server without a monitor; what programs need as their DISPLAY."""
    folder = tmp_path_factory.mktemp("screen")
    with skipped_without_program():
        program = find_program("Xvfb", "xvfb")
    number = folder / "number"
    command = ["sh", "-c", f'exec "{program}" -screen 0 1366x768x24 -nolisten tcp -displayfd 3 3>"{number}"']
    server = ServerProcess(
        name="screen", command=command, folder=folder, ready=lambda: bool(number.exists() and number.read_text())
    )
    server.start()
    yield f":{number.read_text().strip()}"
    server.stop()


@pytest.fixture
def accessibility_bus() -> Iterator[AccessibilityBusDaemon]:
    """Where a screen reader asks; nobody is on it yet."""
    from tests.servers.accessibility_bus import AccessibilityBusDaemon

    with skipped_without_program():
        daemon = AccessibilityBusDaemon()
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.close()


@contextmanager
def skipped_without_program() -> Iterator[None]:
    """Skip with the reason where a program is missing; with `CI=true` fail."""
    try:
        yield
    except ProgramMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


def _keep_logs(config: pytest.Config, server: ServerProcess) -> None:
    if not config.pluginmanager.hasplugin("cacheprovider"):
        return
    folder = config.cache.mkdir("server-logs")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    for path in server.log_files():
        shutil.copyfile(path, folder / f"{worker}{path.name}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember how long each log is, so that a failing test shows only what was logged during it."""
    item.stash[_LOG_SIZES] = {path: path.stat().st_size for server in running_servers() for path in server.log_files()}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failing test what the servers logged during it."""
    report = yield
    if report.failed:
        sizes = item.stash.get(_LOG_SIZES, {})
        for server in running_servers():
            if text := server.log_text(sizes):
                report.sections.append((f"log of {server.name}", text))
    return report
