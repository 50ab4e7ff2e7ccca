"""The two forms of signing in: first the address, then what was found from it and what the provider wants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from connectors.email import discovery
from connectors.email.login import EmailSignIn
from connectors.email.settings import Protocol
from inbox_app.contract.connector import Host
from inbox_app.contract.login import CheckStep, Done, Field, Form
from tests.connectors.email.scripted import Imap, Smtp, listening
from tests.contract.stage import Lent

FOLDERS = {
    "LIST": b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n',
    "EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n",
}


@pytest.fixture
def steps() -> list[CheckStep]:
    return []


@pytest.fixture
def flow(lent: Lent, steps: list[CheckStep], monkeypatch: pytest.MonkeyPatch) -> EmailSignIn:
    """Nobody outside is asked."""
    monkeypatch.setattr(discovery, "autoconfig_urls", lambda _: ())
    monkeypatch.setattr(discovery, "_NAMES", dict.fromkeys(Protocol, ()))
    host: Host = replace(lent.host({}, {}), kept=None, report=steps.append)
    return EmailSignIn(host)


def fields(step: object) -> dict[str, Field]:
    assert isinstance(step, Form)
    return {field.name: field for field in step.fields}


async def test_first_the_address_alone_then_what_was_found(flow: EmailSignIn) -> None:
    first = await flow.start({})
    assert list(fields(first)) == ["address", "name"]
    second = fields(await flow.go_on({"address": "anna@posteo.de", "name": "Anna"}))
    assert second["imap_host"].default == "posteo.de"
    assert second["password"].required
    assert second["name"].default == "Anna"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("anna@gmail.com", ["Gmail refuses your ordinary password", "https://myaccount.google.com/apppasswords"]),
        ("anna@icloud.com", ["make an app password at https://account.apple.com"]),
        ("anna@gmx.de", ["Switch IMAP on first", "If you sign in to GMX in two steps"]),
        ("anna@t-online.de", ["a password of its own for mail programs"]),
        ("anna@outlook.com", ["through the browser only", "guide to mail providers"]),
        ("anna@proton.me", ["read through its Bridge", "certificate to pin"]),
    ],
)
async def test_the_form_says_what_the_provider_wants(flow: EmailSignIn, address: str, words: list[str]) -> None:
    form = await flow.start({"address": address})
    assert isinstance(form, Form)
    for one in ["list of providers", *words]:
        assert one in form.text


async def test_who_takes_no_passwords_is_asked_for_the_client_at_once(flow: EmailSignIn) -> None:
    asked = fields(await flow.start({"address": "anna@outlook.com"}))
    assert asked["auth"].default == "oauth"
    assert not asked["auth"].advanced
    chosen = {"auth": asked["auth"].default}
    assert not asked["password"].is_asked(chosen)
    assert asked["oauth_client_id"].is_asked(chosen)
    assert asked["oauth_client_id"].required


async def test_gmail_offers_both_and_a_small_provider_only_the_password(flow: EmailSignIn) -> None:
    assert not fields(await flow.start({"address": "anna@gmail.com"}))["auth"].advanced
    assert fields(await flow.start({"address": "anna@posteo.de"}))["auth"].advanced


async def test_a_mailbox_that_no_program_can_read_says_so(flow: EmailSignIn) -> None:
    form = await flow.start({"address": "anna@tuta.com"})
    assert "offers no IMAP" in (form.problem if isinstance(form, Form) else "")
    assert list(fields(form)) == ["address", "name"]


async def test_what_is_no_address_is_said_in_place(flow: EmailSignIn) -> None:
    await flow.start({})
    form = await flow.go_on({"address": "anna"})
    assert isinstance(form, Form)
    assert "is not an e-mail address" in form.problem


async def test_another_address_takes_its_own_servers(flow: EmailSignIn) -> None:
    """What stood in the form for the first address must not stay for the second."""
    first = fields(await flow.start({"address": "anna@posteo.de"}))
    shown = {name: field.default for name, field in first.items()}
    form = await flow.go_on({**shown, "address": "anna@runder.invalid", "password": ""})
    assert fields(form)["imap_host"].default == "imap.runder.invalid"
    assert isinstance(form, Form)
    assert form.problem == "", "nothing was tried yet"


async def test_servers_that_are_guesses_are_shown_to_be_corrected(flow: EmailSignIn) -> None:
    guessed = fields(await flow.start({"address": "anna@runder.invalid"}))
    assert not any(
        guessed[f"{one}_{what}"].advanced for one in ("imap", "smtp") for what in ("host", "port", "security")
    )
    assert guessed["imap_certificate"].advanced
    assert fields(await flow.start({"address": "anna@posteo.de"}))["imap_host"].advanced


async def test_without_a_password_the_form_asks_for_it(flow: EmailSignIn) -> None:
    await flow.start({"address": "anna@posteo.de"})
    form = await flow.go_on({"password": " "})
    assert isinstance(form, Form)
    assert form.problem == "Give the password of anna@posteo.de."


@pytest.fixture
async def ports() -> AsyncIterator[dict[str, str]]:
    async with listening(Imap(FOLDERS).talk) as imap, listening(Smtp().talk) as smtp:
        servers = {
            f"{name}_{what}": value
            for name in ("imap", "smtp")
            for what, value in (("host", "127.0.0.1"), ("security", "none"))
        }
        yield {**servers, "imap_port": str(imap), "smtp_port": str(smtp)}


async def test_all_answers_at_once_go_straight_to_the_test(flow: EmailSignIn, ports: dict[str, str]) -> None:
    await flow.start({})
    done = await flow.go_on({"address": "anna@example.org", **ports, "password": "secret"})
    assert isinstance(done, Done)
    assert done.settings["imap_host"] == "127.0.0.1"
    assert done.settings["imap_user"] == "anna@example.org"
    assert done.secrets == {"password": "secret"}


async def test_with_the_found_servers_changed_by_hand(flow: EmailSignIn, ports: dict[str, str]) -> None:
    second = fields(await flow.start({"address": "anna@posteo.de"}))
    shown = {name: field.default for name, field in second.items()}
    done = await flow.go_on({**shown, **ports, "password": "secret"})
    assert isinstance(done, Done)
    assert done.settings["smtp_port"] == ports["smtp_port"]
