"""What stands for a service here: the texts of a download, read within limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

_LONGEST_LINE: Final = 2**20


def lines(file: IO[bytes]) -> Iterator[str]:
    """The lines of a text in UTF-8, without their ends; longer ones than a message can be come in pieces.

    What is no UTF-8 is replaced by the usual sign, so that one damaged letter loses no message.
    """
    while raw := file.readline(_LONGEST_LINE):
        yield raw.decode("utf-8-sig", "replace").rstrip("\r\n")
