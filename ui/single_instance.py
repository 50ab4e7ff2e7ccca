"""One window per workspace: a second start brings the first one to the front and ends."""

from __future__ import annotations

import hashlib
import os

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from inbox_app.paths import WorkspaceAddress

_PATIENCE_MS = 1000
_LONGEST = 1000
"""Bytes of what a later start has to say."""


class SingleInstance(QObject):
    """Listens for later starts, once `claim` succeeded."""

    called = Signal(str)
    """Somebody started the program again for this workspace, with these words: a link, or none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None

    def claim(self, address: WorkspaceAddress, words: str = "") -> bool:
        """Become the window of this workspace; False when another one is, which was called and told `words`."""
        name = _name(address)
        if self._server is not None and self._server.serverName() == name:
            return True
        # Two that start at once would each take the other's name for what a crash left.
        turn = QLockFile(turn_of(name))
        turn.tryLock(_PATIENCE_MS)
        try:
            if _call(name, words):
                return False
            self.release()
            self._listen(name)
        finally:
            turn.unlock()
        return True

    def _listen(self, name: str) -> None:
        """Nobody answered there, so whatever holds the name is what a crash left."""
        QLocalServer.removeServer(name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._heard)
        if server.listen(name):
            self._server = server

    def _heard(self) -> None:
        if self._server is not None and (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(lambda: self._heard_all(caller))
            if caller.state() is QLocalSocket.LocalSocketState.UnconnectedState:
                self._heard_all(caller)

    def _heard_all(self, caller: QLocalSocket) -> None:
        words = bytes(caller.read(_LONGEST).data()).decode("utf-8", "replace")
        caller.deleteLater()
        self.called.emit(words)

    def release(self) -> None:
        """Be no workspace's window any more."""
        if self._server is not None:
            self._server.close()
            self._server = None


def _call(name: str, words: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    answered = socket.waitForConnected(_PATIENCE_MS)
    if answered and words:
        socket.write(words.encode())
        socket.waitForBytesWritten(_PATIENCE_MS)
    socket.disconnectFromServer()
    return answered


def turn_of(name: str) -> str:
    """The file that says who is claiming this name at the moment."""
    return f"{QDir.tempPath()}/{name}.lock"


def _name(address: WorkspaceAddress) -> str:
    """One for a folder, whatever links lead there; short, since some systems allow a hundred characters in all."""
    return "portavoce-" + hashlib.sha256(os.path.realpath(address.folder).encode()).hexdigest()[:20]
