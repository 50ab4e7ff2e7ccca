"""What commands print: text for people, or one JSON document, and errors as a sentence."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _

Document = None | bool | int | float | str | Sequence["Document"] | Mapping[str, "Document"]
"""A JSON document that is only read."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The answer of a command, in both its forms. `failed` makes the exit code 1 though there is an answer."""

    document: Document
    text: str
    failed: bool = False


class CannotPrint(UserFacingError):
    """Standard output takes nothing more."""

    code = "output_failed"

    def __init__(self, reason: str) -> None:
        sentence = _(
            "The answer could not be written to the standard output ({reason}). "
            "What the command does was done; free some space there or print elsewhere to see the answer."
        )
        super().__init__(sentence.format(reason=reason))


class Output:
    """Standard output and standard error of one call."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def show(self, printed: Printed) -> None:
        """Print an answer (or one line of several); what a terminal cannot show is escaped."""
        text = json.dumps(printed.document, ensure_ascii=False) if self.as_json else printed.text
        if text:
            try:
                sys.stdout.write(f"{text}\n")
                sys.stdout.flush()
            except BrokenPipeError:
                raise
            except OSError as problem:
                drop_output()
                raise CannotPrint(problem.strerror or type(problem).__name__) from problem

    def note(self, text: str) -> None:
        """Tell the person something beside the answer."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def fail(self, error: UserFacingError, *, before: str = "") -> None:
        """Say what did not work; `before` is shown to people only."""
        if self.as_json:
            self.note(json.dumps({"error": {"code": error.code, "message": error.message}}, ensure_ascii=False))
        else:
            self.note(before + error.message)


def drop_output() -> None:
    """Let what is still to be printed go nowhere: Python would complain about it once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def be_lenient() -> None:
    """Never fail over a character that the terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second where there is no more; None stays None."""
    return None if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local(when: datetime | None) -> str:
    """A moment as people read it, in the computer's zone."""
    return "" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def one_line(text: str, width: int) -> str:
    """Text in one line of at most `width` characters, without what would move a terminal's cursor."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= width else f"{words[: width - 1]}…"


def printable(text: str) -> str:
    """Several lines of foreign text without control characters: a message must not drive the terminal."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
