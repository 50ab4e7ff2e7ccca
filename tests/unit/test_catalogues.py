"""Every text of the code has a finished translation in every language, and the program reads what was written."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

from connectors import CATALOGUE
from connectors.email.settings import Protocol, Security, Server
from inbox_app import i18n
from inbox_app.cli.reader import WORDS_OF_ARGPARSE
from inbox_app.paths import find_places
from inbox_app.settings import SettingsFile

ROOT = Path(__file__).resolve().parents[2]
HOW = "Run `make messages` and translate what it names (CONTRIBUTING.md, “Add a text”)."


@cache
def script() -> ModuleType:
    """`packaging/messages.py`, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "packaging" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def in_the_code() -> Catalog:
    found = script().collected()
    assert isinstance(found, Catalog)
    return found


def read(source: Path) -> Catalog:
    found = script().read(source)
    assert isinstance(found, Catalog)
    return found


def sources() -> list[Path]:
    found = script().sources()
    assert isinstance(found, list)
    return found


def named(message: Message) -> str:
    where = message.locations[0][0] if message.locations else ""
    return f"{where}: {message.id!r}"


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each form of a text with its translation; the last English form stands for all further ones."""
    ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    said = list(message.string) if isinstance(message.string, tuple | list) else [message.string]
    for turn, one in enumerate(said):
        yield ids[min(turn, len(ids) - 1)], str(one or "")


def fields(text: str) -> set[str]:
    braces = {field for _literal, field, _spec, _conversion in Formatter().parse(text) if field}
    return braces | set(re.findall(r"%(?:\(\w+\))?[sdr]", text))


def blanks(text: str) -> tuple[str, str]:
    """What stands before the first word and after the last."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def wrong(message: Message) -> str:
    """What a translation got wrong in form; empty where nothing."""
    for text, said in pairs(message):
        may_miss = {"count"} if isinstance(message.id, tuple | list) and text == message.id[0] else set()
        if fields(said) | may_miss != fields(text) | may_miss:
            return "other slots"
        if blanks(text) != blanks(said):
            return "other blanks around it"
        if text.rstrip()[-1:] in "….:?" and text.rstrip()[-1:] != said.rstrip()[-1:]:
            return "another end"
    return ""


def test_there_is_an_italian_catalogue() -> None:
    assert [source.parts[-3] for source in sources()] == ["it"]
    assert i18n.available_languages() == ("en", "it")


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.parts[-3])
def test_every_text_of_the_code_is_in_the_catalogue_and_no_other(source: Path) -> None:
    kept = {(one.context, one.id) for one in read(source) if one.id}
    told = {(one.context, one.id) for one in in_the_code() if one.id}
    new = [named(one) for one in in_the_code() if (one.context, one.id) in told - kept]
    assert new == [], f"New texts. {HOW}"
    assert kept - told == set(), f"Texts that are gone from the code. {HOW}"


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.parts[-3])
def test_every_text_is_translated(source: Path) -> None:
    assert [named(one) for one in script().untranslated(read(source))] == [], HOW


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.parts[-3])
def test_translations_keep_slots_blanks_and_ends(source: Path) -> None:
    faults = {named(one): wrong(one) for one in read(source) if one.id and wrong(one)}
    assert faults == {}


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.parts[-3])
def test_what_the_program_reads_was_made_of_it(source: Path) -> None:
    assert source.with_suffix(".mo").read_bytes() == script().as_mo(read(source)), "Run `make messages`."
    assert source.read_bytes() == script().as_po(script().renewed(read(source))), "Run `make messages`."


def test_a_text_that_is_not_translated_is_named() -> None:
    catalogue = Catalog(locale="it")
    catalogue.add("A new text", locations=[("ui/somewhere.py", 0)])
    catalogue.add("Guessed", "Indovinato", flags=["fuzzy"])
    catalogue.add(("{count} mail", "{count} mails"), ("{count} lettera", ""))
    catalogue.add("Finished", "Finito")
    assert [one.id for one in script().untranslated(catalogue)] == [
        "A new text",
        "Guessed",
        ("{count} mail", "{count} mails"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{name} left", "{nome} è uscito"),
        ("Passphrase: ", "Frase segreta:"),
        ("Wait…", "Aspetta"),
        ("Done.", "Fatto"),
        ("not with %s", "non con"),
    ],
)
def test_a_translation_of_another_form_is_named(text: str, said: str) -> None:
    assert wrong(Message(text, said))


@pytest.mark.parametrize(("system", "chosen"), [("it_IT.UTF-8", None), ("en_US.UTF-8", "it")])
def test_the_command_speaks_italian(system: str, chosen: str | None, tmp_path: Path) -> None:
    SettingsFile(find_places({"PORTAVOCE_HOME": str(tmp_path)}).settings_file).change(
        lambda now: replace(now, language=chosen)
    )
    done = subprocess.run(
        [sys.executable, "-m", "inbox_app", "list", "--help"],
        cwd=ROOT,
        env={"LANG": system, "PORTAVOCE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "elenca le conversazioni, dalla più recente" in done.stdout
    assert done.stdout.startswith("uso: portavoce list [-h]")
    assert "\nopzioni:\n" in done.stdout


def test_pythons_own_words_are_still_pythons() -> None:
    ours = {str(word.text) for word in WORDS_OF_ARGPARSE}
    assert {word for word in ours if word not in inspect.getsource(argparse)} == set()


@pytest.mark.parametrize(
    "channel", ["mastodon", "bluesky", "matrix", "wordpress", "telegram", "discourse", "feed", "folder"]
)
def test_settings_are_named_in_the_language_of_now(channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels are imported once, and the language may change afterwards."""
    first = CATALOGUE[channel].fields[0]
    english = (str(first.label), str(first.hint))
    monkeypatch.setattr(i18n, "_current", i18n._current)
    i18n.set_language("it")
    assert str(first.hint) != english[1]
    i18n.set_language("en")
    assert (str(first.label), str(first.hint)) == english


def asked_deeds() -> set[str]:
    """What the button that goes on is called, wherever `dialogs.confirm` asks."""
    found = set[str]()
    for module in (ROOT / "ui").rglob("*.py"):
        for call in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "confirm":
                words = (one.value for one in ast.walk(call.args[-1]) if isinstance(one, ast.Constant))
                found.update(word for word in words if isinstance(word, str))
    return found


def test_no_question_has_two_buttons_of_one_name() -> None:
    """“Undo” and “Cancel” are one word in some languages."""
    deeds = asked_deeds()
    assert {"Take back", "Remove", "Discard"} <= deeds
    for source in sources():
        spoken = read(source)
        cancel = spoken["Cancel"].string
        assert [deed for deed in deeds if deed in spoken and spoken[deed].string == cancel] == [], source.name


def test_a_mail_server_is_called_as_the_language_has_it() -> None:
    server = Server(Protocol.IMAP, "mx.example", 993, Security.TLS, "anna")
    try:
        assert [(i18n.set_language(code), str(server)) for code in ("en", "it")] == [
            ("en", "IMAP server mx.example"),
            ("it", "server IMAP mx.example"),
        ]
    finally:
        i18n.set_language("en")
