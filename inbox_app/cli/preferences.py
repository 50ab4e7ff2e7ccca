"""`settings`: what this person prefers on this computer, told and changed without the window."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.i18n import LazyText, _, available_languages
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected
from inbox_app.settings import Settings, parse_settings, to_json

_YES_OR_NO = N_("yes or no")
_TAKES: Mapping[str, LazyText] = {
    "language": N_("the code of a language that Portavoce speaks"),
    "theme": N_("system, light or dark"),
    "density": N_("comfortable or compact"),
    "text_scale": N_("a number from 0.5 to 3"),
    "motion": _YES_OR_NO,
    "undo_seconds": N_("seconds, from 10 to 120"),
    "notifications": _YES_OR_NO,
    "badge": _YES_OR_NO,
    "spelling": _YES_OR_NO,
    "withhold_deleted": _YES_OR_NO,
    "quiet_hours": N_("from and until, as in 22:00-07:30"),
}
"""Those that are more than a place in one window."""
_WORDS: Mapping[str, JsonValue] = {"yes": True, "no": False}


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|set", required=True)
    what.add_parser("list", help=_("all of them"))
    change = what.add_parser("set", help=_("change one; without a value it is as at first"))
    names = ", ".join(f"{name} ({takes})" for name, takes in _TAKES.items())
    change.add_argument("name", metavar="NAME", choices=_TAKES, help=names)
    change.add_argument("value", metavar="VALUE", nargs="?")


def _run(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.what == "list":
        return _shown(desk.settings.current)
    name, words = chosen.name, chosen.value
    value = getattr(Settings() if words is None else _read(name, words), name)
    return _shown(desk.settings.change(lambda current: replace(current, **{name: value})))


def _read(name: str, words: str) -> Settings:
    """Preferences with this one alone. Raises `WrongUse`."""
    document: JsonObject = {name: _value(name, words)}
    read, problems = parse_settings(json.dumps(document).encode())
    if problems or (name == "language" and words not in available_languages()):
        said = _("“{value}” is no value of “{name}”. It takes: {takes}.")
        raise WrongUse(said.format(value=words, name=name, takes=_TAKES[name]))
    return read


def _value(name: str, words: str) -> JsonValue:
    if name == "quiet_hours":
        return [one.strip() for one in words.split("-")]
    if name in ("text_scale", "undo_seconds"):
        try:
            return float(words)
        except ValueError:
            return words
    return _WORDS.get(words, words)


def _shown(now: Settings) -> Printed:
    document = {name: value for name, value in to_json(now).items() if name in _TAKES}
    lines = [f"{name:<17} {_said(value)}" for name, value in document.items()]
    return Printed(document, "\n".join(lines))


def _said(value: JsonValue) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case list():
            return "-".join(map(str, value))
        case _:
            return str(value)


COMMANDS = {"settings": Command(_arguments, _run)}
