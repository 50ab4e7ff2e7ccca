"""A fake service on a real socket, which refuses connections while it is down and comes up again at its address."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers.programs import LOOPBACK, free_port


class OnLoopback(ABC):
    """Call `up` once everything that `serve` needs is there."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{LOOPBACK}:{self.port}"

    @abstractmethod
    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """One request's answer."""

    def up(self) -> None:
        """Answer (again)."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.serve(self)

            def do_POST(self) -> None:
                fake.serve(self)

            def do_PUT(self) -> None:
                fake.serve(self)

            def do_DELETE(self) -> None:
                fake.serve(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        """Refuse every connection."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
