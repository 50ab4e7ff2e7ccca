"""A site with a comment feed, on a real socket: it answers conditional requests, and can be made to misbehave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler

from tests.fakes.on_loopback import OnLoopback


@dataclass
class Comment:
    """One comment, as a site keeps it."""

    number: int
    text: str
    page: str = "/bread"
    author: str = "Anna"
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    answers: int | None = None


class Site(OnLoopback):
    """Serves `render(comments)`; `status` and `body` override what is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: list[Comment] = []
        self.render: Callable[[Site], str] = rss
        self.status = 200
        self.body: bytes | None = None
        self.headers: dict[str, str] = {"Content-Type": "application/rss+xml; charset=utf-8"}
        self.answered: list[int] = []
        self.opens: Callable[[BaseHTTPRequestHandler], bool] = lambda _request: True
        """Whether a request may see anything here."""
        self.up()

    @property
    def url(self) -> str:
        return f"{self.home}/comments/feed/"

    @property
    def home(self) -> str:
        return super().url

    def say(self, text: str, **more: object) -> Comment:
        """Somebody comments."""
        self.comments.append(Comment(len(self.comments) + 1, text, **more))  # type: ignore[arg-type]
        return self.comments[-1]

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One answer; 304 where the reader has the feed as it is."""
        body = self.render(self).encode() if self.body is None else self.body
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if not self.opens(request):
            body = b"no"
        known = self.status if self.opens(request) else 401
        status = 304 if known == 200 and request.headers.get("If-None-Match") == tag else known
        self.answered.append(status)
        request.send_response(status)
        for name, value in {"ETag": tag, **self.headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0" if status == 304 else str(len(body)))
        request.send_header("Connection", "close")
        request.end_headers()
        if status != 304:
            request.wfile.write(body)


def rss(site: Site) -> str:
    """As WordPress gives it: newest first, HTML in `content:encoded`."""
    items = "".join(
        f"<item><title>Comment on {one.page} by {one.author}</title>"
        f"<link>{site.home}{one.page}#comment-{one.number}</link>"
        f"<dc:creator><![CDATA[{one.author}]]></dc:creator><pubDate>{format_datetime(one.at)}</pubDate>"
        f'<guid isPermaLink="false">{site.home}/?p=1#comment-{one.number}</guid>'
        f"<description><![CDATA[{one.text}]]></description>"
        f"<content:encoded><![CDATA[<p>{escape(one.text)}</p>]]></content:encoded></item>"
        for one in reversed(site.comments)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f'<title>Comments for The Bakery</title><atom:link href="{site.url}" rel="self"/><link>{site.home}</link>'
        f"<description/>{items}</channel></rss>"
    )


def atom(site: Site) -> str:
    """As WordPress and Blogger give it, with what each comment answers (RFC 4685)."""
    entries = "".join(
        f"<entry><title>By: {one.author}</title><id>tag:bakery,{one.number}</id>"
        f'<link rel="alternate" type="text/html" href="{site.home}{one.page}#comment-{one.number}"/>'
        f"<author><name>{one.author}</name><uri>https://{one.author.lower()}.example/</uri></author>"
        f"<published>{one.at.isoformat()}</published><updated>{one.at.isoformat()}</updated>"
        f'<content type="html">{escape(f"<p>{escape(one.text)}</p>")}</content>{_in_reply_to(site, one)}</entry>'
        for one in reversed(site.comments)
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f"<title>Comments for The Bakery</title><id>{site.url}</id>{entries}</feed>"
    )


def _in_reply_to(site: Site, one: Comment) -> str:
    if one.answers is None:
        return f'<thr:in-reply-to ref="{site.home}/?p=1" href="{site.home}{one.page}" type="text/html"/>'
    return (
        f'<thr:in-reply-to ref="tag:bakery,{one.answers}" href="{site.home}{one.page}#comment-{one.answers}"'
        ' type="text/html"/>'
    )
