"""HTTP against a hostile server on a real socket: bounded in size and time, each failure as the contract's error."""

from __future__ import annotations

import asyncio
import errno
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from inbox_app.contract.addresses import Address, is_public, public_address
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.http import Http, Question
from inbox_app.contract.outcomes import of_failure

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Says exactly what the script says, byte by byte, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.script: Script = answer(200, b"{}")
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                self.requests.append(await read_request(reader))
                await self.script(reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


def answer(status: int, body: bytes, *headers: str) -> Script:
    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)

    return script


def cut(sent: bytes) -> Script:
    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    return script


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()


@pytest.fixture
async def http(server: Server) -> AsyncIterator[Http]:
    client = Http(server.url, deadline=3)
    yield client
    await client.close()


def get(url: str = "/x") -> Question:
    return Question("GET", url)


def post(url: str = "/x") -> Question:
    return Question("POST", url, json={"text": "ciao"})


@pytest.mark.parametrize(
    "status, read, write",
    [
        (401, SignInNeeded, SignInNeeded),
        (403, Rejected, Rejected),
        (404, Rejected, Rejected),
        (409, Rejected, Rejected),
        (410, Rejected, Rejected),
        (413, Rejected, Rejected),
        (415, Rejected, Rejected),
        (418, Rejected, Rejected),
        (422, Rejected, Rejected),
        (429, Busy, Busy),
        (408, Busy, Unsure),
        (425, Busy, Unsure),
        (500, Busy, Unsure),
        (502, Busy, Unsure),
        (503, Busy, Unsure),
        (302, BadAnswer, Unsure),
        (304, None, Unsure),
    ],
)
async def test_every_status_answers_whether_it_arrived(
    server: Server, http: Http, status: int, read: type[ConnectorError] | None, write: type[ConnectorError]
) -> None:
    server.script = answer(status, b"")
    if read is None:
        assert (await http.ask(get())).status == status
    else:
        with pytest.raises(read):
            await http.ask(get())
    with pytest.raises(write):
        await http.ask(post())


@pytest.mark.parametrize(
    "status, says, does",
    [
        (401, "no longer accepts the sign-in", "Sign in again"),
        (403, "does not allow this account", "Ask whoever runs it"),
        (404, "There is nothing at this address", "Check the address"),
        (410, "taken away for good", "new address"),
        (418, "without a reason", "Ask whoever runs it"),
        (503, "trouble of its own", "Try again later"),
        (302, "not understood", "Is the address right?"),
    ],
)
async def test_a_status_is_told_in_words_with_where_it_was_and_what_to_do(
    server: Server, http: Http, status: int, says: str, does: str
) -> None:
    server.script = answer(status, b"")
    with pytest.raises(ConnectorError) as told:
        await http.ask(get())
    assert says in told.value.message
    assert does in told.value.message
    assert "127.0.0.1" in told.value.message
    assert "status" not in told.value.message


async def test_a_delay_is_read_in_seconds_and_as_a_date_and_bounded(server: Server, http: Http) -> None:
    for said, least, most in (
        ("7", 7, 7),
        ("1.5", 1.5, 1.5),
        ("99999999999999", 86400, 86400),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0, 0),
    ):
        server.script = answer(429, b"", f"Retry-After: {said}")
        with pytest.raises(Busy) as busy:
            await http.ask(post())
        assert busy.value.retry_after is not None
        assert timedelta(seconds=least) <= busy.value.retry_after <= timedelta(seconds=most)
    server.script = answer(429, b"", "Retry-After: soon")
    with pytest.raises(Busy) as unnamed:
        await http.ask(post())
    assert unnamed.value.retry_after is None


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", b"nonsense\r\n\r\n"])
async def test_an_answer_cut_short_leaves_a_write_unsure_and_a_read_offline(
    server: Server, http: Http, sent: bytes
) -> None:
    server.script = cut(sent)
    with pytest.raises(Unsure):
        await http.ask(post())
    with pytest.raises(Offline):
        await http.ask(get())


async def test_an_unreadable_success_leaves_a_write_unsure(server: Server, http: Http) -> None:
    server.script = answer(200, b"<html>it worked</html>")
    with pytest.raises(Unsure):
        (await http.ask(post())).json()
    with pytest.raises(BadAnswer):
        (await http.ask(get())).json()


async def test_a_refused_connection_is_certainly_not_sent() -> None:
    async def nobody(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listening = await asyncio.start_server(nobody, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    http = Http(f"http://127.0.0.1:{port}", deadline=3)
    with pytest.raises(Offline, match=rf"^127\.0\.0\.1:{port} could not be reached: nothing answers there\.") as failed:
        await http.ask(post())
    assert "connection attempts" not in str(failed.value)
    await http.close()


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EHOSTUNREACH])
def test_a_computer_without_a_network_is_said_to_be_so(code: int) -> None:
    failure = httpx.ConnectError("All connection attempts failed")
    failure.__cause__ = ExceptionGroup("each address", [OSError(code, "in the system's words")])
    said = str(of_failure(failure, "https://example.org/", writes=True))
    assert said == "example.org could not be reached: there is no way to it. Is this computer online?"


async def test_a_server_that_speaks_no_https_is_said_to_be_one() -> None:
    async def plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plainly, "127.0.0.1") as plain:
        http = Http(f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}")
        with pytest.raises(ConnectorError, match="speaks no https"):
            await http.ask(get())
        await http.close()


async def test_silence_ends_at_the_deadline(server: Server) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(2000):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.script = drip
    http = Http(server.url, deadline=0.4)
    async with asyncio.timeout(30):
        with pytest.raises(Offline):
            await http.ask(get())
        with pytest.raises(Unsure):
            await http.ask(post())
    await http.close()


async def test_a_gzip_bomb_is_noticed_before_it_fills_the_memory(server: Server, http: Http) -> None:
    bomb = gzip.compress(b"0" * (200 * 1024 * 1024), 9)
    server.script = answer(200, bomb, "Content-Encoding: gzip")
    with pytest.raises(BadAnswer, match="larger"):
        await http.ask(get())


async def test_packed_answers_are_read(server: Server, http: Http) -> None:
    server.script = answer(200, gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")
    assert (await http.ask(get())).json() == {"a": 1}
    server.script = answer(200, zlib.compress(b'{"a": 2}'), "Content-Encoding: deflate")
    assert (await http.ask(get())).json() == {"a": 2}
    server.script = answer(200, b"\x1f\x8bnot gzip", "Content-Encoding: gzip")
    with pytest.raises(BadAnswer, match="damaged"):
        await http.ask(get())


async def test_an_endless_answer_is_bounded(server: Server, http: Http) -> None:
    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        for _ in range(2000):
            writer.write(chunk)
            await writer.drain()

    server.script = endless
    with pytest.raises(BadAnswer, match="larger"):
        await http.ask(get())


@pytest.mark.parametrize("body", [b"[" * 200_000, b"[" * 70 + b"]" * 70, b'{"a":' * 70 + b"1" + b"}" * 70])
def test_deep_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse_json(body)


@pytest.mark.parametrize("body", [b"NaN", b"[Infinity]", b"", b"\xff\xfe", b"1" * 10_000, b'{"a": }'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse_json(body)


def test_json_as_deep_as_allowed_is_read() -> None:
    assert parse_json(b"[" * 60 + b"1" + b"]" * 60) is not None


async def test_a_redirect_to_plain_http_elsewhere_is_refused(server: Server, http: Http) -> None:
    server.script = answer(302, b"", "Location: https://localhost.example.invalid/elsewhere")
    with pytest.raises(Offline):
        await http.ask(Question("GET", "/x", headers={"Authorization": "Bearer secret"}))
    server.script = answer(302, b"", f"Location: http://127.0.0.1:{server.port + 1}/elsewhere")
    with pytest.raises(ConnectorError):
        await http.ask(get())


@pytest.mark.parametrize("start", ["/x", "https://elsewhere.example/next"])
async def test_a_foreign_host_gets_no_credentials(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    asked: list[httpx.Request] = []

    class Line(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request)
            at_home = request.url.host == "home.example"
            return httpx.Response(302, headers={"Location": "https://elsewhere.example/next"} if at_home else {})

    async def resolve(_target: Address) -> str:
        return "192.0.2.1"

    monkeypatch.setattr("inbox_app.contract.http.public_address", resolve)
    http = Http("https://home.example")
    http._client = httpx.AsyncClient(transport=Line())
    headers = {"Authorization": "Bearer secret", "Cookie": "secret=1", "Api-Key": "secret", "Accept": "text/plain"}
    with pytest.raises(ConnectorError):
        await http.ask(Question("GET", start, headers=headers))
    await http.close()
    assert asked[-1].headers["Host"] == "elsewhere.example"
    assert asked[-1].headers["Accept"] == "text/plain"
    assert "secret" not in str(asked[-1].headers.raw)


async def test_redirects_of_a_read_are_followed_and_counted(server: Server, http: Http) -> None:
    server.script = answer(302, b"", "Location: /round")
    with pytest.raises(BadAnswer, match="circles"):
        await http.ask(Question("GET", "/x", headers={"Authorization": "Bearer secret"}))
    assert len(server.requests) == 4
    assert all(b"Bearer secret" in request for request in server.requests)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "https://127.0.0.1:1/",
        "https://localhost/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///nohost",
    ],
)
async def test_a_service_cannot_send_us_to_an_address_inside(url: str) -> None:
    http = Http("https://home.example", deadline=3)
    with pytest.raises(Rejected, match=r"not a public address|without encryption|not a web address"):
        await http.ask(get(url))
    await http.close()


async def test_a_foreign_address_on_loopback_is_refused_though_home_is_there(server: Server) -> None:
    http = Http(server.url, deadline=3)
    with pytest.raises(Rejected):
        await http.ask(get(f"http://localhost:{server.port}/x"))
    assert server.requests == []
    await http.close()


async def test_another_port_of_home_is_another_house(server: Server, http: Http) -> None:
    elsewhere = Server()
    listening = await asyncio.start_server(elsewhere.talk, "127.0.0.1", 0)
    other = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/next"
    with pytest.raises(Rejected):
        await http.ask(get(other))
    server.script = answer(302, b"", f"Location: {other}")
    with pytest.raises(Rejected):
        await http.ask(get())
    assert elsewhere.requests == []
    listening.close()


async def test_plain_http_is_refused_unless_home_is_this_computer() -> None:
    http = Http("http://home.example", deadline=3)
    with pytest.raises(Rejected, match="https"):
        await http.ask(get())
    await http.close()


def test_public_numbers() -> None:
    import ipaddress

    assert is_public(ipaddress.ip_address("93.184.215.14"))
    assert is_public(ipaddress.ip_address("2606:2800:21f:cb07::1"))
    assert not is_public(ipaddress.ip_address("2002:7f00:1::"))


async def test_a_name_that_is_none_is_said() -> None:
    with pytest.raises(Offline, match="no-such-host"):
        await public_address(Address("https", "no-such-host.invalid", 443))


async def test_a_download_is_streamed_and_bounded(server: Server, http: Http) -> None:
    server.script = answer(200, b"x" * 300_000)
    assert sum([len(piece) async for piece in http.download("/file")]) == 300_000
    with pytest.raises(BadAnswer):
        async for _piece in http.download("/file", limit=1000):
            pass


async def test_links_are_read(server: Server, http: Http) -> None:
    server.script = answer(
        200, b"[]", 'Link: <https://a.example/?max_id=1>; rel="next", <https://a.example/?min=2>; rel="prev"'
    )
    assert (await http.ask(get())).links() == {
        "next": "https://a.example/?max_id=1",
        "prev": "https://a.example/?min=2",
    }
