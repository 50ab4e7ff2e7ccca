"""Reading the arguments of the command line: numbers within bounds, and complaints that scripts can read too.

Python's own words in them are translated with ours (`i18n.speak_for_python`).
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import Final, NoReturn

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

MOST = 1_000_000
"""Rows that one answer may hold."""
CONVERSATION: Final = N_("a conversation’s id, as “list” and “search” name it")
MEMBER: Final = N_("a member’s id, as “member list” names it")
ACCOUNT: Final = N_("an account’s id, as “account list” names it")
ACT: Final = N_("its id, as “outbox” names it")
NOTE: Final = N_("a note’s id, as “member show” and “show” name it")
REMINDER: Final = N_("a reminder’s id, as “reminders” names it")
WORDS_OF_ARGPARSE: Final = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("not allowed with argument %s"),
)
"""What argparse may say to a person here."""


class Misread(WrongUse):
    """The arguments make no command; `usage` shows how they would."""

    def __init__(self, usage: str, message: str) -> None:
        super().__init__(message)
        self.usage = usage


class Reader(ArgumentParser):
    """A parser that leaves it to the command's main how a complaint is printed."""

    def parse_words(self, words: Sequence[str]) -> Namespace:
        """Read the arguments; a command that has no options of its own still knows how to explain itself."""
        if not self.prefix_chars and ("--help" in words or words[:1] == ["-h"]):
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
