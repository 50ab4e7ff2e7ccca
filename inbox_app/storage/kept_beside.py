"""What connectors keep in their accounts' folders, rid of somebody who is erased.

Beginnings of large mails lie there, and notes of what a service said. Notes are JSON and keep their form; anything else
that names the person goes, since it can be fetched again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from inbox_app.sealing.files import PlainFiles, SealedFiles, files_of
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.masking import MASK

_NOTES = (".json", ".jsonl")


def forget(folder: Path, marks: Collection[str], key: ContentKey | None) -> None:
    """Take these marks out of every file below; what cannot be read or written is passed over."""
    forms = {form for mark in marks for form in (mark, json.dumps(mark)[1:-1])}
    if not forms:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))).encode(), re.IGNORECASE)
    for path in folder.rglob("*"):
        with suppress(OSError):
            if not path.is_symlink() and path.is_file():
                _forget_in(files_of(key), path, pattern)


def _forget_in(files: PlainFiles | SealedFiles, path: Path, pattern: re.Pattern[bytes]) -> None:
    content = files.read(path)
    cleaned = pattern.sub(MASK.encode(), content)
    if cleaned == content:
        return
    if path.suffix in _NOTES:
        files.write(path, cleaned)
    else:
        path.unlink()
