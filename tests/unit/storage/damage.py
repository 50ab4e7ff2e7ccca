"""Breaking a workspace's file as a failing disk does."""

from pathlib import Path

from sqlcipher3 import dbapi2

_PAGE = 4096


def break_table(file: Path, table: str = "message_event") -> bytes:
    """Overwrite the first page of a table; the file as it was. Nobody may have it open."""
    raw = dbapi2.connect(str(file))
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone() or (0,)
    raw.close()
    whole = file.read_bytes()
    file.write_bytes(whole[: (page - 1) * _PAGE] + b"\xff" * _PAGE + whole[page * _PAGE :])
    return whole
