"""A mailbox that is signed in to through the browser, by command: added, used, withdrawn, signed in to again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.browser import COMMAND
from tests.e2e.portavoce import ROOT, Portavoce
from tests.servers.authorization import CLIENT_SECRET, Person
from tests.servers.certificates import Certificates
from tests.servers.oauth_place import OAuthPlace, open_place

pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def place(certificates: Certificates, tmp_path: Path) -> Iterator[OAuthPlace]:
    with open_place(certificates, tmp_path) as place:
        yield place


@pytest.fixture
def portavoce(tmp_path: Path, certificates: Certificates) -> Portavoce:
    variables = {"SSL_CERT_FILE": str(certificates.authority), "BROWSER": COMMAND, "PYTHONPATH": str(ROOT)}
    return Portavoce(tmp_path / "home", variables)


def settings(place: OAuthPlace) -> list[str]:
    return [word for name, value in place.settings.items() for word in ("--set", f"{name}={value}")]


def test_added_used_withdrawn_and_signed_in_to_again(portavoce: Portavoce, place: OAuthPlace) -> None:
    oauth = place.oauth
    add = ["account", "add", "email", *settings(place), "--secret", "oauth_client_secret"]

    oauth.person = Person.DECLINES
    _code, sentence = portavoce.fail(*add, given=CLIENT_SECRET + "\n")
    assert "declined in the browser" in sentence

    oauth.person = Person.CONSENTS
    done = portavoce.run("--json", *add, given=CLIENT_SECRET + "\n")
    assert done.returncode == 0, done.stderr
    assert oauth.authorize_url in done.stderr
    (line,) = done.stdout.splitlines()
    account = portavoce.tell("account", "list")[0]
    assert (account["handle"], account["state"]) == (place.user.address, "active")
    assert account["id"] in line

    (synced,) = portavoce.tell("sync")["accounts"]
    assert not synced["error"]
    oauth.end_access()
    (synced,) = portavoce.tell("sync")["accounts"]
    assert not synced["error"]

    oauth.revoke()
    assert "Sign in again" in portavoce.run("sync").stdout
    (stopped,) = portavoce.tell("account", "list")
    assert stopped["state"] == "sign_in_needed"

    again = portavoce.tell("account", "reauthorise", account["id"])
    assert (again["id"], again["state"], again["error"]) == (account["id"], "active", None)
    (synced,) = portavoce.tell("sync")["accounts"]
    assert not synced["error"]
    nothing_in_the_clear(portavoce, CLIENT_SECRET)


def nothing_in_the_clear(portavoce: Portavoce, *secrets: str) -> None:
    for path in filter(Path.is_file, portavoce.home.rglob("*")):
        content = path.read_bytes()
        for secret in (*secrets, "access-", "refresh-"):
            assert secret.encode() not in content, path


def test_another_mailbox_is_not_taken_for_this_one(portavoce: Portavoce, place: OAuthPlace) -> None:
    us, other = place.user, place.dovecot.new_user("other")
    secret = ("--secret", "oauth_client_secret")
    added = portavoce.tell("account", "add", "email", *settings(place), *secret, given=CLIENT_SECRET + "\n")
    code, sentence = portavoce.fail(
        "account",
        "reauthorise",
        added["id"],
        "--set",
        f"address={other.address}",
        "--set",
        f"imap_user={other.address}",
        "--set",
        f"smtp_user={other.address}",
    )
    assert code == "somebody_else"
    assert f"The sign-in of {us.address} now leads to {other.address}" in sentence
    (kept,) = portavoce.tell("account", "list")
    assert kept["handle"] == us.address
    assert portavoce.tell("account", "check", added["id"])["state"] == "active"
