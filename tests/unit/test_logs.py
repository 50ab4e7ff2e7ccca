"""No secret reaches a file, whatever way it takes."""

import base64
import json
import logging
import os
import random
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from inbox_app import logs
from inbox_app.logs import (
    LOG_NAME,
    MASK,
    RegisteredSecret,
    redact,
    register_secret,
    start_logging,
)

log = logging.getLogger("inbox_app.logs.test")
ROOT = Path(logs.__file__).parents[1]


@pytest.fixture(autouse=True)
def forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_known", logs._KnownSecrets())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    stop = start_logging(tmp_path / "logs")
    yield tmp_path / "logs"
    stop()


def written(folder: Path) -> str:
    return "".join(p.read_text("utf-8") for p in sorted(folder.iterdir()))


def make_canaries(count: int = 30) -> list[str]:
    """Passwords with every sign that an encoding changes, each recognisable."""
    chance = random.Random(20261122)
    signs = "abcXYZ019+/=&?%#@:;\"'\\<>é€ 😀~!$"
    return [f"cnry{n:02d}" + "".join(chance.choice(signs) for _ in range(6 + n)) + "Z" for n in range(count)]


def fail_with(text: str) -> None:
    raise ValueError(f"refused: {text}")


class Holder:
    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Holder({self.value!r})"


def log_every_way(secret: str) -> None:
    log.warning("plain %s", secret)
    log.warning("plain " + secret)  # noqa: G003
    log.warning("named %(it)s", {"it": secret})
    log.warning("held %r %s", [secret], {"k": Holder(secret)})
    log.warning("json %s", json.dumps({"password": secret}))
    log.warning("json %s", json.dumps(secret, ensure_ascii=False))
    log.warning("GET https://h.example/a?x=%s&y=%s", quote(secret), quote_plus(secret))
    log.warning("https://anna:%s@h.example/", quote(secret, safe=""))
    log.warning("bytes %r %s", secret.encode(), secret.encode().hex())
    log.warning("extra", extra={"given": secret})
    log.warning("wrong number of arguments %s %s", secret)  # noqa: PLE1206
    for user in ("", "a", "ab", "anna"):
        basic = f"\0{user}\0{secret}\0".encode()
        log.warning("AUTH PLAIN %s", base64.b64encode(basic).decode())
        log.warning("AUTH %s", base64.urlsafe_b64encode(basic).decode())
    try:
        fail_with(secret)
    except ValueError:
        log.exception("failed")
        log.warning("stack", stack_info=True)
    warnings.warn(f"careful: {secret}", UserWarning, stacklevel=1)


def leaked_shapes(secret: str) -> list[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    return [
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        secret.encode().hex(),
        encoded[: len(secret.encode()) * 8 // 6],
        "cnry",
        b"cnry".hex(),
    ]


@pytest.mark.filterwarnings("default:careful")
def test_thirty_canaries_never_reach_the_file(folder: Path) -> None:
    canaries = make_canaries()
    for canary in canaries:
        register_secret(canary)
        log_every_way(canary)
    text = written(folder)
    assert text.count("failed") >= 30, "the lines themselves must be there"
    assert text.count(MASK) > 30 * 15
    found = [(c, shape) for c in canaries for shape in leaked_shapes(c) if shape in text]
    assert found == []
    for part in text.split():
        for start in range(4):
            chunk = part[start : start + (len(part) - start) // 4 * 4]
            try:
                assert b"cnry" not in base64.b64decode(chunk, altchars=b"-_" if "-" in chunk or "_" in chunk else None)
            except ValueError:
                continue


def test_unregistered_text_is_left_as_it_is() -> None:
    register_secret("cnry-secret")
    for text in ("12 messages from anna@h.example", "a = b, see https://h.example/?page=2", ""):
        assert redact(text) == text


def test_a_secret_that_begins_with_another_goes_whole() -> None:
    register_secret("abcdef")
    register_secret("abcdefgh")
    assert redact("x abcdefgh y abcdef z") == f"x {MASK} y {MASK} z"


def test_short_values_are_hidden_as_words_and_tiny_ones_not_at_all() -> None:
    for value in ("pin1", "ab", ""):
        register_secret(value)
    assert redact("pin1, spin12 ab") == f"{MASK}, spin12 ab"


def test_a_value_is_hidden_until_its_last_holder_forgets_it() -> None:
    first, second = register_secret("abcdefgh"), register_secret("abcdefgh")
    first.forget()
    assert redact("abcdefgh") == MASK
    second.forget()
    second.forget()
    assert redact("abcdefgh") == "abcdefgh"
    assert "abcdefgh" not in repr(second)
    assert isinstance(second, RegisteredSecret)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hunter22secret",
        'authorization: Digest username="anna", response="hunter22secret"',
        "{'Authorization': 'Basic hunter22secret', 'Accept': '*/*'}",
        "[(b'authorization', b'Bearer hunter22secret')]",
        '{"authorization":"hunter22secret"}',
        "Set-Cookie: session=hunter22secret; Path=/",
        "imaps://anna:hunter22secret@h.example:993/INBOX",
        "postgresql://anna:hunter22@secret@h/db",
        "GET https://h.example/me?access_token=hunter22secret&fields=id",
        "password=hunter22secret",
    ],
)
def test_credentials_are_known_by_their_place(text: str) -> None:
    clean = redact(text)
    assert "hunter22" not in clean
    assert "secret" not in clean
    assert MASK in clean


def test_what_stands_beside_a_credential_stays() -> None:
    assert redact("{'Authorization': 'Basic x', 'Accept': '*/*'}").endswith("'Accept': '*/*'}")
    assert redact("https://anna:x@h.example/a") == f"https://anna:{MASK}@h.example/a"


def test_the_file_is_private_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LOG_BYTES", 2_000)
    stop = start_logging(tmp_path / "logs")
    for n in range(200):
        log.info("line %d %s", n, "x" * 80)
    stop()
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 1 + logs._OLD_LOGS
    assert all(f.stat().st_size <= 2_000 for f in files)
    if os.name != "nt":
        assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700


def test_a_file_that_another_process_moved_is_opened_anew(folder: Path) -> None:
    log.info("one")
    (folder / LOG_NAME).rename(folder / "elsewhere")
    log.info("two")
    assert "two" in (folder / LOG_NAME).read_text()


def test_hostile_text_forges_no_line_and_moves_no_cursor(folder: Path) -> None:
    log.info("subject %s", "x\n2026-01-01T00:00:00.000Z ERROR inbox_app: forged\r\x1b[2J\u2028\ud800")
    lines = (folder / LOG_NAME).read_text().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("    2026")
    assert "\x1b" not in lines[1]
    assert "\\x1b" in lines[1]


def test_levels_ours_from_info_others_from_warning(folder: Path) -> None:
    logging.getLogger("somebody.else").info("too chatty")
    logging.getLogger("somebody.else").warning("worth knowing")
    log.debug("too fine")
    log.info("ours", extra={"account": "a1"})
    text = written(folder)
    assert "too" not in text
    assert "worth knowing" in text
    assert "ours account='a1'" in text


def test_standard_error_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register_secret("cnry-secret")
    for asked in (False, True):
        stop = start_logging(tmp_path / "logs", to_stderr=asked)
        log.warning("said %s cnry-secret", asked)
        stop()
    err = capsys.readouterr().err
    assert "said False" not in err
    assert f"said True {MASK}" in err


def test_a_folder_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    stop = start_logging(tmp_path / "file")
    log.warning("nobody hears this")
    stop()
