"""Secrets sealed and opened; every way a keyring can fail; nothing ever in the clear."""

import asyncio
import contextlib
import json
import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring import errors as theirs
from secretstorage import exceptions as secret_service

from inbox_app import logs
from inbox_app.domain.ids import AccountId
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode, passphrase, read_keyring_choice, system
from inbox_app.keychain.errors import (
    KeychainClosed,
    KeychainError,
    KeyFileDamaged,
    KeyFileUnusable,
    KeyLost,
    KeyringDenied,
    KeyringFailed,
    KeyringLocked,
    KeyringMissing,
    KeyringSilent,
    PassphraseFileUnreadable,
    PassphraseNeeded,
    SecretDamaged,
    SecretOfAnotherKey,
    UnknownKeyringMode,
    WrongPassphrase,
)
from inbox_app.keychain.system import SERVICE, find_keyring

ANNA, BRUNO = AccountId("anna"), AccountId("bruno")
TOKEN = "cnry-token-5f3a"
SYSTEM = KeyringChoice(KeyringMode.SYSTEM)
PASSPHRASE = KeyringChoice(KeyringMode.PASSPHRASE)
SESSION = KeyringChoice(KeyringMode.SESSION)


class MemoryKeyring:
    """A keyring that works; the faulty ones below differ in one way each."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "keychain.json"


@pytest.fixture(autouse=True)
def cheap_and_forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_N", 2**4)
    monkeypatch.setattr(logs, "_known", logs._KnownSecrets())


@pytest.fixture
def open_chain(key_file: Path, keyring: MemoryKeyring) -> Callable[..., Keychain]:
    def build(
        choice: KeyringChoice = SYSTEM, *, answer: str | None = None, find: system.FindKeyring | None = None
    ) -> Keychain:
        async def ask(_: bool) -> str | None:
            return answer

        return Keychain(key_file, choice, ask, find=find or (lambda: keyring), deadline=10)

    return build


async def unlocked(chain: Keychain) -> Keychain:
    await chain.unlock()
    return chain


# --- sealing and opening


async def test_a_secret_comes_back_in_the_next_process(open_chain: Callable[..., Keychain], key_file: Path) -> None:
    envelope = (await unlocked(open_chain())).encrypt(ANNA, "password", "pâté 😀")
    assert (await unlocked(open_chain())).decrypt(ANNA, "password", envelope) == "pâté 😀"
    assert key_file.exists()


async def test_an_empty_secret_is_a_secret(open_chain: Callable[..., Keychain]) -> None:
    chain = await unlocked(open_chain(SESSION))
    assert chain.decrypt(ANNA, "password", chain.encrypt(ANNA, "password", "")) == ""


async def test_no_two_envelopes_are_alike_and_none_shows_its_content(open_chain: Callable[..., Keychain]) -> None:
    chain = await unlocked(open_chain())
    envelopes = {chain.encrypt(ANNA, "password", TOKEN) for _ in range(50)}
    assert len(envelopes) == 50
    assert not any(TOKEN.encode() in e for e in envelopes)


@pytest.mark.parametrize("account,name", [(BRUNO, "password"), (ANNA, "token"), (AccountId("annap"), "assword")])
async def test_an_envelope_serves_no_other_account_or_name(
    open_chain: Callable[..., Keychain], account: AccountId, name: str
) -> None:
    chain = await unlocked(open_chain())
    with pytest.raises(SecretDamaged):
        chain.decrypt(account, name, chain.encrypt(ANNA, "password", TOKEN))


async def test_every_altered_byte_is_noticed(open_chain: Callable[..., Keychain]) -> None:
    chain = await unlocked(open_chain())
    envelope = chain.encrypt(ANNA, "password", TOKEN)
    for place in range(len(envelope)):
        altered = bytearray(envelope)
        altered[place] ^= 1
        with pytest.raises((SecretDamaged, SecretOfAnotherKey)):
            chain.decrypt(ANNA, "password", bytes(altered))
    for length in range(len(envelope)):
        with pytest.raises((SecretDamaged, SecretOfAnotherKey)):
            chain.decrypt(ANNA, "password", envelope[:length])


async def test_nothing_opens_before_unlocking_or_after_forgetting(open_chain: Callable[..., Keychain]) -> None:
    chain = open_chain()
    with pytest.raises(KeychainClosed):
        chain.encrypt(ANNA, "password", TOKEN)
    await chain.unlock()
    envelope = chain.encrypt(ANNA, "password", TOKEN)
    chain.forget()
    assert not chain.is_open
    with pytest.raises(KeychainClosed):
        chain.decrypt(ANNA, "password", envelope)


async def test_secrets_and_keys_stay_out_of_the_logs(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring
) -> None:
    chain = await unlocked(open_chain())
    (key,) = keyring.kept.values()
    assert logs.redact(f"the key is {key}") == f"the key is {logs.MASK}"
    envelope = chain.encrypt(ANNA, "password", TOKEN)
    assert TOKEN not in logs.redact(f"x {TOKEN}")
    logs._known = logs._KnownSecrets()
    assert (await unlocked(open_chain())).decrypt(ANNA, "password", envelope) == TOKEN
    assert TOKEN not in logs.redact(f"x {TOKEN}")
    assert key not in repr(vars(chain)["_key"])


async def test_the_disk_never_holds_a_key_a_passphrase_or_a_secret(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, key_file: Path
) -> None:
    (await unlocked(open_chain())).encrypt(ANNA, "password", TOKEN)
    (await unlocked(open_chain(PASSPHRASE, answer="open sesame"))).encrypt(ANNA, "password", TOKEN)
    content = "".join(p.read_text() for p in key_file.parent.iterdir())
    for secret in (*keyring.kept.values(), "open sesame", TOKEN):
        assert secret not in content
    assert {p.stat().st_mode & 0o777 for p in key_file.parent.iterdir()} == {0o600}


# --- the system's keyring


def raising(error: Exception, *, when: str) -> MemoryKeyring:
    def fail(*_: str) -> str:
        raise error

    faulty = MemoryKeyring()
    setattr(faulty, when, fail)
    return faulty


@pytest.mark.parametrize(
    "error,when,expected",
    [
        (theirs.NoKeyringError(), "get_password", KeyringMissing),
        (theirs.KeyringLocked(), "get_password", KeyringLocked),
        (theirs.InitError(), "get_password", KeyringLocked),
        (theirs.KeyringLocked(), "set_password", KeyringLocked),
        (secret_service.LockedException(), "set_password", KeyringLocked),
        (theirs.PasswordSetError(), "set_password", KeyringDenied),
        (secret_service.PromptDismissedException(), "set_password", KeyringDenied),
        (secret_service.SecretStorageException(), "get_password", KeyringFailed),
        (theirs.KeyringError(), "get_password", KeyringFailed),
        (ConnectionResetError(), "get_password", KeyringFailed),
    ],
)
async def test_each_failure_of_the_keyring_has_its_sentence_and_harms_nothing(
    open_chain: Callable[..., Keychain], error: Exception, when: str, expected: type[KeychainError]
) -> None:
    faulty = raising(error, when=when)
    chain = open_chain(find=lambda: faulty)
    with pytest.raises(expected) as caught:
        await chain.unlock()
    assert caught.value.code == expected.code
    assert len(caught.value.message) > 60
    assert not chain.is_open
    assert faulty.kept == {}
    # Once the keyring works, the same workspace opens as if nothing had been.
    assert (await unlocked(open_chain())).is_open


async def test_a_failure_nobody_foresaw_is_told_and_reported(
    open_chain: Callable[..., Keychain], monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: queue.Queue[object] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.put(args.exc_type))
    with pytest.raises(KeyringFailed):
        await open_chain(find=lambda: raising(ZeroDivisionError(), when="get_password")).unlock()
    assert await asyncio.to_thread(reported.get, timeout=10) is ZeroDivisionError


async def test_a_keyring_that_keeps_nothing_is_noticed(open_chain: Callable[..., Keychain]) -> None:
    class Sieve(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            pass

    with pytest.raises(KeyringDenied):
        await open_chain(find=Sieve).unlock()


async def test_a_keyring_that_never_answers_is_left_behind(key_file: Path, keyring: MemoryKeyring) -> None:
    answered, finished = threading.Event(), threading.Event()

    class Waiting(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            answered.wait(30)
            return keyring.get_password(service, username)

        def set_password(self, service: str, username: str, password: str) -> None:
            keyring.set_password(service, username, password)
            finished.set()

    chain = Keychain(key_file, SYSTEM, find=Waiting, deadline=0.05)
    with pytest.raises(KeyringSilent):
        await chain.unlock()
    assert not chain.is_open
    answered.set()
    # The late answer still makes the one key that the next attempt finds.
    assert await asyncio.to_thread(finished.wait, 10)
    again = await unlocked(Keychain(key_file, SYSTEM, find=lambda: keyring, deadline=20))
    assert list(keyring.kept.values()) == [again._open_key().to_text()]


@pytest.mark.parametrize("left", [None, "", "not a key", "c2hvcnQ=", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="])
async def test_an_emptied_or_altered_keyring_is_told_and_never_papered_over(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, left: str | None
) -> None:
    envelope = (await unlocked(open_chain())).encrypt(ANNA, "password", TOKEN)
    ((name, _),) = keyring.kept.items()
    keyring.kept = {} if left is None else {name: left}
    before = dict(keyring.kept)
    chain = open_chain()
    with pytest.raises(KeyLost):
        await chain.unlock()
    assert keyring.kept == before
    await chain.start_over()
    with pytest.raises(SecretOfAnotherKey):
        chain.decrypt(ANNA, "password", envelope)
    renewed = chain.encrypt(ANNA, "password", TOKEN)
    assert (await unlocked(open_chain())).decrypt(ANNA, "password", renewed) == TOKEN


async def test_something_foreign_under_our_name_is_not_overwritten(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, key_file: Path
) -> None:
    await open_chain().unlock()
    record = json.loads(key_file.read_bytes())
    key_file.write_text(json.dumps({**record, "system": None}))
    keyring.kept = {(SERVICE, record["workspace"]): "somebody's"}
    with pytest.raises(KeyLost):
        await open_chain().unlock()
    assert list(keyring.kept.values()) == ["somebody's"]


async def test_a_key_whose_maker_was_killed_is_found_again(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, key_file: Path
) -> None:
    envelope = (await unlocked(open_chain())).encrypt(ANNA, "password", TOKEN)
    key_file.write_text(json.dumps({**json.loads(key_file.read_bytes()), "system": None}))
    assert (await unlocked(open_chain())).decrypt(ANNA, "password", envelope) == TOKEN
    assert len(keyring.kept) == 1


async def test_processes_that_start_together_agree_on_one_key(open_chain: Callable[..., Keychain]) -> None:
    both_look = threading.Barrier(2)

    class Slow(MemoryKeyring):
        """Lets two look for the key before either saves one, if it is given the chance."""

        def get_password(self, service: str, username: str) -> str | None:
            found = super().get_password(service, username)
            with contextlib.suppress(threading.BrokenBarrierError):
                both_look.wait(0.2)
            return found

    keyring = Slow()
    chains = [open_chain(find=lambda: keyring) for _ in range(4)]
    await asyncio.gather(*(chain.unlock() for chain in chains))
    assert len(keyring.kept) == 1
    assert {chain._open_key().to_text() for chain in chains} == set(keyring.kept.values())


async def test_a_moved_workspace_keeps_its_key(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, key_file: Path
) -> None:
    envelope = (await unlocked(open_chain())).encrypt(ANNA, "password", TOKEN)
    moved = key_file.parent.rename(key_file.parent.with_name("elsewhere")) / key_file.name
    chain = Keychain(moved, SYSTEM, find=lambda: keyring)
    assert (await unlocked(chain)).decrypt(ANNA, "password", envelope) == TOKEN


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_protects_nothing_counts_as_none(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", keyring.core.load_keyring(backend))
    with pytest.raises(KeyringMissing):
        find_keyring()


# --- the key file


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": 2}', "\x00", '{"version": 1, "workspace": "../x"}'])
async def test_a_damaged_key_file_is_told_and_left_alone(
    open_chain: Callable[..., Keychain], key_file: Path, content: str
) -> None:
    key_file.parent.mkdir()
    key_file.write_text(content)
    for choice in (SYSTEM, PASSPHRASE, KeyringChoice()):
        with pytest.raises(KeyFileDamaged):
            await open_chain(choice, answer="open sesame").unlock()
    assert key_file.read_text() == content


async def test_a_full_disk_makes_no_key(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    for choice in (SYSTEM, PASSPHRASE):
        with pytest.raises(KeyFileUnusable, match="No space left"):
            await open_chain(choice, answer="open sesame").unlock()
    assert keyring.kept == {}


@pytest.mark.parametrize("change", [{"n": 2**30}, {"n": 1000}, {"r": 10**6}, {"p": 10**6}, {"n": -1}, {"n": "16"}])
async def test_a_key_file_cannot_make_us_work_for_hours(
    open_chain: Callable[..., Keychain], key_file: Path, change: dict[str, object]
) -> None:
    await open_chain(PASSPHRASE, answer="open sesame").unlock()
    record = json.loads(key_file.read_bytes())
    record["passphrase"] |= change
    key_file.write_text(json.dumps(record))
    with pytest.raises(KeyFileDamaged):
        await open_chain(PASSPHRASE, answer="open sesame").unlock()


# --- a passphrase


async def test_a_passphrase_at_full_strength_opens_the_workspace_again(
    open_chain: Callable[..., Keychain], key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "_N", 2**17)
    envelope = (await unlocked(open_chain(PASSPHRASE, answer="caffè"))).encrypt(ANNA, "password", TOKEN)
    assert json.loads(key_file.read_bytes())["passphrase"]["n"] == 2**17
    decomposed = "caffe\u0300"
    assert (await unlocked(open_chain(PASSPHRASE, answer=decomposed))).decrypt(ANNA, "password", envelope) == TOKEN


async def test_a_wrong_passphrase_is_told_and_the_right_one_still_works(open_chain: Callable[..., Keychain]) -> None:
    envelope = (await unlocked(open_chain(PASSPHRASE, answer="open sesame"))).encrypt(ANNA, "password", TOKEN)
    with pytest.raises(WrongPassphrase):
        await open_chain(PASSPHRASE, answer="open barley").unlock()
    assert (await unlocked(open_chain(PASSPHRASE, answer="open sesame"))).decrypt(ANNA, "password", envelope) == TOKEN


@pytest.mark.parametrize("answer", [None, ""])
async def test_giving_up_is_told(open_chain: Callable[..., Keychain], key_file: Path, answer: str | None) -> None:
    with pytest.raises(PassphraseNeeded):
        await open_chain(PASSPHRASE, answer=answer).unlock()
    assert not key_file.exists()


async def test_a_person_is_asked_for_a_new_one_first_and_for_the_old_one_later(key_file: Path) -> None:
    asked: list[bool] = []

    async def ask(is_new: bool) -> str:
        asked.append(is_new)
        return "open sesame"

    for _ in range(2):
        await Keychain(key_file, PASSPHRASE, ask).unlock()
    assert asked == [True, False]


async def test_nobody_to_ask_and_no_file(key_file: Path) -> None:
    with pytest.raises(PassphraseNeeded):
        await Keychain(key_file, PASSPHRASE).unlock()


@pytest.mark.parametrize("content", ["open sesame", "open sesame\n", "open sesame\r\nsecond line\n"])
async def test_the_first_line_of_a_file_unlocks(
    open_chain: Callable[..., Keychain], tmp_path: Path, key_file: Path, content: str
) -> None:
    envelope = (await unlocked(open_chain(PASSPHRASE, answer="open sesame"))).encrypt(ANNA, "password", TOKEN)
    file = tmp_path / "passphrase"
    file.write_bytes(content.encode())
    chain = Keychain(key_file, KeyringChoice(KeyringMode.PASSPHRASE, file))
    assert (await unlocked(chain)).decrypt(ANNA, "password", envelope) == TOKEN


@pytest.mark.parametrize("content", [None, b"\xff\xfe\n"])
async def test_a_passphrase_file_that_cannot_be_read(key_file: Path, tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "passphrase").write_bytes(content)
    with pytest.raises(PassphraseFileUnreadable, match="passphrase"):
        await Keychain(key_file, KeyringChoice(KeyringMode.PASSPHRASE, tmp_path / "passphrase")).unlock()


async def test_an_altered_seal_opens_nothing(open_chain: Callable[..., Keychain], key_file: Path) -> None:
    await open_chain(PASSPHRASE, answer="open sesame").unlock()
    record = json.loads(key_file.read_bytes())
    for name in ("salt", "nonce", "sealed"):
        altered = {**record, "passphrase": {**record["passphrase"], name: "AAAA" + record["passphrase"][name][4:]}}
        key_file.write_text(json.dumps(altered))
        with pytest.raises(WrongPassphrase):
            await open_chain(PASSPHRASE, answer="open sesame").unlock()


# --- which of the three


async def test_a_session_leaves_no_trace_and_ends_with_the_process(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring, key_file: Path
) -> None:
    chain = await unlocked(open_chain(SESSION))
    envelope = chain.encrypt(ANNA, "password", TOKEN)
    assert chain.decrypt(ANNA, "password", envelope) == TOKEN
    assert keyring.kept == {}
    assert not key_file.exists()
    with pytest.raises(SecretOfAnotherKey):
        (await unlocked(open_chain(SESSION))).decrypt(ANNA, "password", envelope)


async def test_changing_the_mode_and_back_loses_nothing(open_chain: Callable[..., Keychain]) -> None:
    by_system = (await unlocked(open_chain())).encrypt(ANNA, "password", TOKEN)
    other = await unlocked(open_chain(PASSPHRASE, answer="open sesame"))
    with pytest.raises(SecretOfAnotherKey):
        other.decrypt(ANNA, "password", by_system)
    assert (await unlocked(open_chain())).decrypt(ANNA, "password", by_system) == TOKEN


async def test_without_a_choice_the_workspace_remembers(open_chain: Callable[..., Keychain]) -> None:
    envelope = (await unlocked(open_chain(PASSPHRASE, answer="open sesame"))).encrypt(ANNA, "password", TOKEN)
    chain = await unlocked(open_chain(KeyringChoice(), answer="open sesame"))
    assert chain.decrypt(ANNA, "password", envelope) == TOKEN


async def test_without_a_choice_a_new_workspace_uses_the_system(
    open_chain: Callable[..., Keychain], keyring: MemoryKeyring
) -> None:
    await open_chain(KeyringChoice()).unlock()
    assert len(keyring.kept) == 1


def test_the_environment_chooses() -> None:
    assert read_keyring_choice({}) == KeyringChoice()
    assert read_keyring_choice({"PORTAVOCE_KEYRING": "session"}) == SESSION
    both = {"PORTAVOCE_KEYRING": "passphrase", "PORTAVOCE_PASSPHRASE_FILE": "/p"}
    assert read_keyring_choice(both) == KeyringChoice(KeyringMode.PASSPHRASE, Path("/p"))
    with pytest.raises(UnknownKeyringMode, match="plaintext"):
        read_keyring_choice({"PORTAVOCE_KEYRING": "plaintext"})


async def test_no_failure_names_a_secret(open_chain: Callable[..., Keychain], caplog: pytest.LogCaptureFixture) -> None:
    chain = await unlocked(open_chain(PASSPHRASE, answer="open sesame"))
    with caplog.at_level(logging.DEBUG), pytest.raises(SecretDamaged) as caught:
        chain.decrypt(BRUNO, "password", chain.encrypt(ANNA, "password", TOKEN))
    said = caplog.text + caught.value.message + repr(caught.value)
    assert "bruno" in caught.value.message
    assert TOKEN not in said
    assert "open sesame" not in said
