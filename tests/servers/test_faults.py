"""The failing network fails as it is told to, and only then."""

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from tests.servers.certificates import Certificate, Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.faults import Direction, FaultProxy
from tests.servers.fixtures import MakeFaultProxy
from tests.servers.waiting import wait_until


class Echo:
    """A server that sends back whatever it gets, and remembers it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received = bytearray()
        Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(ConnectionError):
            while data := connection.recv(65536):
                self.received += data
                connection.sendall(data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.stop()


@pytest.fixture
def proxy(echo: Echo, fault_proxy: MakeFaultProxy) -> FaultProxy:
    return fault_proxy(echo.port)


def _connect(proxy: FaultProxy, seconds: float = 5) -> socket.socket:
    return socket.create_connection((proxy.host, proxy.port), timeout=seconds)


def _echoed(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    got = bytearray()
    while len(got) < len(data):
        piece = connection.recv(65536)
        assert piece, "closed without a reset"
        got += piece
    return bytes(got)


def test_without_faults_everything_passes_and_closing_is_passed_on(proxy: FaultProxy) -> None:
    with _connect(proxy) as connection:
        data = b"x" * 60_000
        assert _echoed(connection, data) == data
        assert proxy.connections == 1
    wait_until(lambda: proxy.connections == 0, "the proxy to let the connection go")


def test_a_cut_towards_the_server_lets_exactly_so_many_bytes_arrive(proxy: FaultProxy, echo: Echo) -> None:
    proxy.cut_after(3, Direction.TO_SERVER)
    with _connect(proxy) as connection, pytest.raises(ConnectionResetError):
        _echoed(connection, b"abcdef")
    wait_until(lambda: bytes(echo.received) == b"abc", "the bytes before the cut")
    with _connect(proxy) as connection:
        assert _echoed(connection, b"again") == b"again"


def test_a_cut_towards_the_client_loses_only_the_answer(proxy: FaultProxy, echo: Echo) -> None:
    proxy.cut_after(0, Direction.TO_CLIENT)
    with _connect(proxy) as connection, pytest.raises(ConnectionResetError):
        _echoed(connection, b"abc")
    assert bytes(echo.received) == b"abc"


def test_a_reset_ends_connections_and_new_ones_work(proxy: FaultProxy) -> None:
    with _connect(proxy) as connection:
        assert _echoed(connection, b"abc") == b"abc"
        proxy.reset_connections()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with _connect(proxy) as connection:
        assert _echoed(connection, b"abc") == b"abc"


def test_a_black_hole_gives_back_what_it_held_when_it_is_healed(proxy: FaultProxy, echo: Echo) -> None:
    proxy.swallow()
    with _connect(proxy, seconds=0.2) as connection:
        connection.sendall(b"abc")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert not echo.received
        proxy.heal()
        connection.settimeout(5)
        assert connection.recv(3) == b"abc"


def test_a_network_that_is_down_refuses_and_comes_back_on_the_same_port(proxy: FaultProxy) -> None:
    with _connect(proxy) as connection:
        assert _echoed(connection, b"abc") == b"abc"
        proxy.down()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with pytest.raises(ConnectionRefusedError):
        _connect(proxy)
    proxy.up()
    with _connect(proxy) as connection:
        assert _echoed(connection, b"abc") == b"abc"


def test_latency_and_throttling_take_at_least_their_time(proxy: FaultProxy) -> None:
    with _connect(proxy) as connection:
        start = time.monotonic()
        proxy.delay(0.05)
        _echoed(connection, b"abc")
        assert time.monotonic() - start >= 0.1
        start = time.monotonic()
        proxy.heal()
        proxy.throttle(10_000)
        _echoed(connection, b"x" * 1_000)
        assert time.monotonic() - start >= 0.2


@pytest.mark.server
@pytest.mark.parametrize(
    "kind, complaint",
    [
        ("expired", "expired"),
        ("wrong_host", "IP address mismatch|not valid for"),
        ("self_signed", "self-signed"),
    ],
)
def test_a_bad_certificate_before_a_real_server_is_refused(
    dovecot: Dovecot,
    certificates: Certificates,
    fault_proxy: MakeFaultProxy,
    kind: str,
    complaint: str,
) -> None:
    bad = getattr(certificates, kind)
    assert isinstance(bad, Certificate)
    proxy = fault_proxy(dovecot.imap_port, bad.server_context())
    context = certificates.client_context()
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        imaplib.IMAP4_SSL(proxy.host, proxy.port, ssl_context=context, timeout=5)
