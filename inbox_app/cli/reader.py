"""Reading the arguments of the command line: numbers within bounds, and complaints that scripts can read too."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import NoReturn

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _

MOST = 1_000_000
"""Rows that one answer may hold."""


class Misread(WrongUse):
    """The arguments make no command; `usage` shows how they would."""

    def __init__(self, usage: str, message: str) -> None:
        super().__init__(message)
        self.usage = usage


class Reader(ArgumentParser):
    """A parser that leaves it to the command's main how a complaint is printed."""

    def parse_words(self, words: Sequence[str]) -> Namespace:
        """Read the arguments; a command that has no options of its own still knows how to explain itself."""
        if not self.prefix_chars and words[:1] in (["--help"], ["-h"]):
            self.print_help()
            self.exit()
        return self.parse_args(words)

    def error(self, message: str) -> NoReturn:
        """Raise `Misread`."""
        raise Misread(self.format_usage(), f"{self.prog}: {message.removesuffix('.')}.")


def amount(words: str) -> int:
    """A number of rows. Raises `ArgumentTypeError`, as argparse wants it."""
    if not (words.isascii() and words.isdigit() and len(words) <= 7 and 0 < int(words) <= MOST):
        raise ArgumentTypeError(_("“{words}” is no number from 1 to {most}.").format(words=words, most=MOST))
    return int(words)
