"""Where the collections of real and hostile content lie: beside the checkout, never inside it."""

import json
import os
from pathlib import Path

import pytest

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def need(folder: str) -> Path:
    """The folder of a corpus; without it the test is skipped, in continuous integration it fails."""
    found = CORPORA / folder
    if not found.is_dir():
        reason = f"the corpus ../shared/corpora/{folder} is not beside this checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def mails() -> list[tuple[str, bytes]]:
    """Every mail of the corpus with its name."""
    folder = need("mail")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in files]


def pages() -> list[str]:
    """Every payload of the HTML corpus: whole files, single lines, and the strings inside the JSON collections."""
    folder = need("html")
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            text = path.read_text("utf-8", "replace")
            found += [text, *text.splitlines()]
        elif path.suffix == ".json":
            found += strings(json.loads(path.read_text("utf-8")))
    return found


def strings(value: object) -> list[str]:
    """All strings inside a JSON value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in strings(each)]
