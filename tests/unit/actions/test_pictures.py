"""Pictures that a service names: nothing inside the house is asked, nothing but a picture is kept."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox_app.actions import pictures
from inbox_app.actions.pictures import PictureFetcher
from inbox_app.contract import http as contract_http
from inbox_app.contract.http import Http
from inbox_app.storage.shelf import Shelf

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PUBLIC = "93.184.215.14"
Reply = Callable[[httpx.Request], httpx.Response]


class Line(httpx.AsyncBaseTransport):
    """The wire, at whose end a server of ours answers; where a request would go is written down."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.reply: Reply = lambda _request: httpx.Response(200, stream=httpx.ByteStream(PNG))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.reply(request)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    opened = Http._open_client

    def open_client(self: Http) -> httpx.AsyncClient:
        if self._client is None:
            opened(self)._transport = made
        return opened(self)

    monkeypatch.setattr(contract_http.Http, "_open_client", open_client)
    return made


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What each name resolves to, at the first time, the second …; numbers, however written, resolve as they do."""
    answers: dict[str, list[list[str]]] = {}
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def resolve(host: str, port: int, **more: Any) -> list[Any]:
        if host not in answers:
            return list(await real(host, port, **more))
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in found]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    return answers


@pytest.fixture
def fetcher(tmp_path: Path) -> PictureFetcher:
    return PictureFetcher(Shelf(tmp_path / "pictures"))


async def test_a_picture_is_asked_for_once_and_kept(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]]
) -> None:
    names["faces.example"] = [[PUBLIC]]
    assert await fetcher.bring("https://faces.example/anna") == PNG
    assert await fetcher.bring("https://faces.example/anna") == PNG
    assert len(line.asked) == 1
    assert line.asked[0].url.host == PUBLIC
    assert line.asked[0].headers["Host"] == "faces.example"
    assert line.asked[0].extensions["sni_hostname"] == "faces.example"


async def test_neither_cookies_nor_where_we_come_from_go_along(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]]
) -> None:
    names["faces.example"] = [[PUBLIC]]
    line.reply = lambda request: (
        httpx.Response(200, stream=httpx.ByteStream(PNG), headers={"Set-Cookie": "you=1"})
        if request.url.path != "/first"
        else httpx.Response(302, headers={"Location": "/second", "Set-Cookie": "you=1; Path=/"})
    )
    for path in ("first", "third"):
        assert await fetcher.bring(f"https://faces.example/{path}") == PNG
    assert [request.url.path for request in line.asked] == ["/first", "/second", "/third"]
    assert not any({"cookie", "referer", "authorization"} & {*request.headers} for request in line.asked)


@pytest.mark.parametrize(
    "address",
    [
        "http://faces.example/a",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://0x7f.1/a",
        "https://0177.0.0.1/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[::ffff:a9fe:a9fe]/a",
        "https://[64:ff9b::a00:1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "practice:x",
    ],
)
async def test_an_address_inside_is_never_asked(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]], address: str
) -> None:
    names["faces.example"] = [[PUBLIC]]
    assert await fetcher.bring(address) is None
    line.reply = lambda request: (
        httpx.Response(302, headers={"Location": address})
        if request.headers["Host"] == "faces.example" and request.url.path == "/begin"
        else httpx.Response(200, stream=httpx.ByteStream(PNG))
    )
    asked = len(line.asked)
    assert await fetcher.bring("https://faces.example/begin") is None
    assert len(line.asked) == asked + 1  # the first hop alone


async def test_a_name_that_leads_inside_the_second_time_gains_nothing(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]]
) -> None:
    names["faces.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert await fetcher.bring("https://faces.example/anna") == PNG
    assert line.asked[0].url.host == PUBLIC  # the number that was looked at is the one connected to
    assert await fetcher.bring("https://faces.example/ben") is None
    names["both.example"] = [[PUBLIC, "10.0.0.1"]]
    assert await fetcher.bring("https://both.example/anna") is None
    assert len(line.asked) == 1


@pytest.mark.parametrize("body", [b"<svg onload='x'/>", b"<html>", b"BM" + bytes(60), b""])
async def test_what_is_no_picture_we_show_is_not_kept(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]], body: bytes, tmp_path: Path
) -> None:
    names["faces.example"] = [[PUBLIC]]
    line.reply = lambda _request: httpx.Response(200, stream=httpx.ByteStream(body))
    assert await fetcher.bring("https://faces.example/anna") is None
    assert not (tmp_path / "pictures").exists()


async def test_what_is_too_large_is_not_read_to_its_end(
    fetcher: PictureFetcher, line: Line, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 1000)
    names["faces.example"] = [[PUBLIC]]
    line.reply = lambda _request: httpx.Response(200, stream=httpx.ByteStream(PNG + bytes(2000)))
    assert await fetcher.bring("https://faces.example/anna") is None


async def test_bundled_pictures_are_those_of_the_resources_alone(fetcher: PictureFetcher, line: Line) -> None:
    assert (await fetcher.bring("bundled:faces/maya") or b"").startswith(b"\x89PNG")
    for wrong in ("bundled:faces/nobody", "bundled:../practice/cast", "bundled:faces/../../x", "bundled:/etc/passwd"):
        assert await fetcher.bring(wrong) is None
    assert line.asked == []
