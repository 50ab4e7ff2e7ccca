"""A place for passwords is found before any is typed, whatever the computer's keyring is like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox_app.actions.keeping_secrets import Way
from inbox_app.domain.ids import AccountId
from inbox_app.keychain import Keychain, KeyringChoice
from inbox_app.keychain.errors import KeyringMissing
from inbox_app.keychain.keyfile import read_key_record
from inbox_app.keychain.system import Keyring
from tests.fakes.connector import fake_channel
from tests.fakes.service import FileService
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.ui.test_add_account import DialogCore
from tests.unit.test_keychain import MemoryKeyring
from ui.accounts.add_account import AddAccountDialog
from ui.accounts.keyring import KeyringDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

Choose = Callable[[Callable[[], Keyring]], AddAccountDialog]


@pytest.fixture
async def choose(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> Choose:
    """Open the dialog on a computer with this keyring, and choose a channel."""

    def begin(find: Callable[[], Keyring]) -> AddAccountDialog:
        core.__class__ = DialogCore
        core.catalogue = {"fake": fake_channel(FileService.__new__(FileService))}
        dialog = keep(AddAccountDialog(core, tasks, theme))

        async def ask(is_new: bool) -> str | None:
            return "open sesame" if is_new else None

        core.keychain = Keychain(core.address.key_file, KeyringChoice(), ask, find=find)
        dialog.open()
        dialog.channels.buttons["fake"].click()
        return dialog

    return begin


def no_keyring() -> Keyring:
    raise KeyringMissing


def question(dialog: AddAccountDialog) -> KeyringDialog | None:
    return next((one for one in dialog.findChildren(KeyringDialog) if one.isVisible()), None)


async def press(dialog: AddAccountDialog, way: Way) -> None:
    await until(lambda: question(dialog), "the question")
    asked = question(dialog)
    assert asked is not None
    assert dialog.form is None, "no form before there is a place for what is typed"
    asked.buttons[way].click()


@pytest.mark.parametrize(("way", "is_kept"), [(Way.PASSPHRASE, True), (Way.SESSION, False)])
async def test_without_a_keyring_the_ways_are_offered_before_the_form(
    core: StoreCore, choose: Choose, way: Way, is_kept: bool
) -> None:
    dialog = choose(no_keyring)
    await press(dialog, way)
    await until(lambda: dialog.form is not None, "the form")
    assert core.keychain.is_open
    record = read_key_record(core.address.key_file)
    assert bool(record and record.passphrase) is is_kept


async def test_cancelled_there_is_no_form_and_another_try(core: StoreCore, choose: Choose) -> None:
    dialog = choose(no_keyring)
    await until(lambda: question(dialog), "the question")
    asked = question(dialog)
    assert asked is not None
    asked.reject()
    await until(lambda: not dialog.is_busy, "the end of it")
    assert (dialog.form, core.keychain.is_open) == (None, False)
    dialog.channels.buttons["fake"].click()
    await press(dialog, Way.SESSION)
    await until(lambda: dialog.form is not None, "the form")


async def test_a_keyring_that_was_emptied_gets_a_new_key(core: StoreCore, choose: Choose) -> None:
    keyring = MemoryKeyring()
    before = Keychain(core.address.key_file, KeyringChoice(), find=lambda: keyring)
    await before.unlock()
    keyring.kept.clear()
    dialog = choose(lambda: keyring)
    await press(dialog, Way.NEW_KEY)
    await until(lambda: dialog.form is not None, "the form")
    assert len(keyring.kept) == 1
    sealed = core.keychain.encrypt(AccountId("a"), "password", "secret")
    after = Keychain(core.address.key_file, KeyringChoice(), find=lambda: keyring)
    await after.unlock()
    assert after.decrypt(AccountId("a"), "password", sealed) == "secret"
