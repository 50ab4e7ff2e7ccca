"""Signing in as data: the steps that one dialog and one command-line flow render for every channel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from inbox_app.contract.remote import Identity
from inbox_app.i18n import LazyText


class FieldType(StrEnum):
    """How a field is asked for; `SECRET` is never echoed and never a command-line argument."""

    TEXT = "text"
    EMAIL = "email"
    HOST = "host"
    PORT = "port"
    CHOICE = "choice"
    SECRET = "secret"  # noqa: S105 - the kind of a field, not a secret


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an account. `name` is what `--set` and `--secret` call it; `label` and `hint` are for people."""

    name: str
    label: str | LazyText
    type: FieldType = FieldType.TEXT
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[str | LazyText, ...] = ()
    """How the choices are called where people choose them, in their order; empty where they are words themselves."""
    hint: str | LazyText = ""
    advanced: bool = False
    only_with: tuple[str, str] | None = None
    """The name and value of a choice: this is asked for only while that one is chosen."""
    also: str = ""
    """Another name by which a command may call it, as the service's own papers do; empty for none."""

    def is_asked(self, answers: Mapping[str, str]) -> bool:
        """Whether these answers leave a need for this one."""
        return self.only_with is None or answers.get(self.only_with[0]) == self.only_with[1]


@dataclass(frozen=True, slots=True)
class Form:
    """Ask for these fields, filled with what is already known or guessed."""

    title: str
    fields: tuple[Field, ...]
    text: str = ""
    problem: str = ""
    """A sentence about what was wrong with the last answers, empty at first."""


@dataclass(frozen=True, slots=True)
class OpenBrowser:
    """Open this address in the person's browser; the flow goes on when the answer comes back."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowCode:
    """Show a code to be typed on the service's page."""

    code: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Signed in and tested: keep these settings and secrets."""

    identity: Identity
    settings: Mapping[str, str]
    secrets: Mapping[str, str]


Step = Form | OpenBrowser | ShowCode | Done


class SignIn(ABC):
    """One attempt to add an account or to authorise it again."""

    @abstractmethod
    async def start(self, known: Mapping[str, str]) -> Step:
        """The first step; `known` are settings given beforehand (`--set`, or an account's own)."""

    @abstractmethod
    async def go_on(self, answers: Mapping[str, str]) -> Step:
        """The step after these answers; a failed test comes back as the same `Form` with its `problem`."""

    async def close(self) -> None:
        """Stop waiting for anything; called once, also when the person gives up."""


class CheckState(StrEnum):
    """How a step of the connection test stands."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of testing a connection, as it happens: `name` is shown as it is."""

    name: str
    state: CheckState
    detail: str = ""
