from typing import Any

sqlite_version: str
sqlite_version_info: tuple[int, int, int]

SQLITE_AUTH: int
SQLITE_BUSY: int
SQLITE_CANTOPEN: int
SQLITE_CORRUPT: int
SQLITE_FULL: int
SQLITE_INTERNAL: int
SQLITE_IOERR: int
SQLITE_LOCKED: int
SQLITE_NOMEM: int
SQLITE_NOTADB: int
SQLITE_PERM: int
SQLITE_PROTOCOL: int
SQLITE_READONLY: int

class Error(Exception):
    sqlite_errorcode: int
    sqlite_errorname: str

class DatabaseError(Error): ...
class OperationalError(DatabaseError): ...

class Cursor:
    def execute(self, statement: str, parameters: tuple[object, ...] = ...) -> Cursor: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def close(self) -> None: ...

class Connection:
    in_transaction: bool
    def cursor(self) -> Cursor: ...
    def execute(self, statement: str, parameters: tuple[object, ...] = ...) -> Cursor: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...

def connect(
    database: str,
    *,
    timeout: float = ...,
    isolation_level: str | None = ...,
    check_same_thread: bool = ...,
    uri: bool = ...,
) -> Connection: ...
