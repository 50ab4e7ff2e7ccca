"""What the browser shows at the end: one plain page that loads nothing and names no secret."""

from __future__ import annotations

from html import escape

from inbox_app.contract.texts import _

_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)
_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:34em;margin:18vh auto;padding:0 1.5em;"
    "color:#1f2430;background:#f7f7f5}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e4;background:#1c1f26}}"
)


def render_success() -> bytes:
    """The answer has arrived; the rest happens in the window."""
    return _render(_("Portavoce has the answer"), _("You can close this page and go back to Portavoce."))


def render_failure(sentence: str) -> bytes:
    """Nothing was connected, and why."""
    return _render(_("Nothing was connected"), sentence)


def render_nothing() -> bytes:
    """There is nothing else at this address."""
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def _render(title: str, text: str) -> bytes:
    body = (
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
    ).encode()
    head = "\r\n".join(("HTTP/1.1 200 OK", *_HEADERS, f"Content-Length: {len(body)}", "", ""))
    return head.encode("ascii") + body
