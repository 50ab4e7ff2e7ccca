"""What a subcommand is made of."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed


@dataclass(frozen=True, slots=True)
class Command:
    """`configure` adds the arguments; `run` does the work and returns the answer, now or as a coroutine."""

    configure: Callable[[ArgumentParser], None]
    run: Callable[[Desk, Namespace], Printed | Coroutine[None, None, Printed]]


def nothing(_parser: ArgumentParser) -> None:
    """A command without arguments."""
