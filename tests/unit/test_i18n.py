"""Texts for people in their language."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_app import i18n
from inbox_app.i18n import (
    LazyText,
    _,
    available_languages,
    current_language,
    environment_languages,
    lazy_gettext,
    ngettext,
    pgettext,
    retell,
    set_language,
)


def compile_catalogue(texts: dict[str, str]) -> bytes:
    """Lay a catalogue out as the gettext manual describes (magic, count, two tables, texts)."""
    pairs = [(k.encode(), v.encode()) for k, v in sorted(texts.items())]
    head, at = 28, 28 + 16 * len(pairs)
    tables: list[bytes] = []
    body = b""
    for side in (0, 1):
        for pair in pairs:
            text = pair[side]
            place = at + len(body)
            tables.append(len(text).to_bytes(4, "little") + place.to_bytes(4, "little"))
            body += text + b"\0"
    numbers = (0x950412DE, 0, len(pairs), head, head + 8 * len(pairs), 0, 0)
    return b"".join(n.to_bytes(4, "little") for n in numbers) + b"".join(tables) + body


ITALIAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Inbox": "Posta in arrivo",
    "%d message\0%d messages": "%d messaggio\0%d messaggi",
    "verb\x04open": "apri",
    "state\x04open": "aperta",
}


@pytest.fixture(autouse=True)
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "it" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "portavoce.mo").write_bytes(compile_catalogue(ITALIAN))
    monkeypatch.setattr(i18n, "_locale_folder", lambda: tmp_path)
    monkeypatch.setattr(i18n, "_current", None)
    forget_what_was_read()
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    yield tmp_path
    i18n._current = None
    forget_what_was_read()


def forget_what_was_read() -> None:
    for known in (i18n._texts_of_all, i18n._forms, i18n._retold):
        known.cache_clear()


def test_english_without_being_asked() -> None:
    assert _("Inbox") == "Inbox"
    assert ngettext("%d message", "%d messages", 2) == "%d messages"
    assert current_language() == "en"


@pytest.mark.parametrize("code", ["it", "it_IT", "it-CH", "it_IT.UTF-8@euro"])
def test_italian_by_any_of_its_codes(code: str) -> None:
    assert set_language(code) == "it"
    assert _("Inbox") == "Posta in arrivo"
    assert ngettext("%d message", "%d messages", 1) == "%d messaggio"
    assert ngettext("%d message", "%d messages", 0) == "%d messaggi"
    assert (pgettext("verb", "open"), pgettext("state", "open")) == ("apri", "aperta")


def test_a_text_without_translation_stays_english_and_empty_stays_empty() -> None:
    set_language("it")
    assert _("Not translated yet") == "Not translated yet"
    assert _("") == ""


@pytest.mark.parametrize("code", ["xx", "../../etc", "", "."])
def test_an_unknown_language_is_english(code: str) -> None:
    assert set_language(code) == "en"


def test_the_environment_is_heard_before_set_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    assert _("Inbox") == "Posta in arrivo"


@pytest.mark.parametrize(
    "environment,wanted",
    [
        ({"LANG": "it_IT.UTF-8"}, ["it_IT.UTF-8"]),
        ({"LANG": "de_DE", "LC_ALL": "it_IT"}, ["it_IT"]),
        ({"LANG": "de_DE", "LANGUAGE": "fr:it"}, ["fr", "it", "de_DE"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "it"}, []),
        ({"LANGUAGE": "it"}, []),
        ({}, []),
    ],
)
def test_the_order_of_the_environment(environment: dict[str, str], wanted: list[str]) -> None:
    assert environment_languages(environment) == wanted


def test_english_wanted_before_italian_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en_GB:it")
    assert set_language(None) == "en"


def test_a_lazy_text_follows_the_language() -> None:
    title: LazyText = lazy_gettext("Inbox")
    assert f"{title}" == "Inbox"
    set_language("it")
    assert str(title) == f"{title}" == "Posta in arrivo"
    assert f"{title:>20}".endswith("Posta in arrivo")
    assert title == lazy_gettext("Inbox")


def test_languages_to_choose_from() -> None:
    assert available_languages() == ("en", "it")


def test_import_reads_no_catalogue_and_not_even_gettext() -> None:
    code = "import sys, inbox_app.i18n; print('gettext' in sys.modules)"
    root = Path(i18n.__file__).parents[1]
    answer = subprocess.check_output([sys.executable, "-S", "-c", code], cwd=root, text=True)
    assert answer.strip() == "False"


def test_what_was_stored_in_one_language_is_told_in_another() -> None:
    set_language("it")
    assert [retell("Inbox"), retell("Posta in arrivo"), retell("Their own words"), retell("")] == [
        "Posta in arrivo",
        "Posta in arrivo",
        "Their own words",
        "",
    ]
    set_language("en")
    assert [retell("Posta in arrivo"), retell("Inbox"), retell("apri")] == ["Inbox", "Inbox", "apri"]
