"""What can be wrong with the keyring, the passphrase or a saved secret, each with its way out."""

from __future__ import annotations

from pathlib import Path

from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _


class KeychainError(UserFacingError):
    """The root of all that this room raises. Nothing was saved and nothing was lost."""

    code = "keychain_failed"


class KeyringUnusable(KeychainError):
    """The system's keyring cannot keep the key. `reason` says why; the message adds the ways out of a command line."""

    code = "keyring_unusable"

    def __init__(self, reason: str, *ways: str) -> None:
        instead = _("Or set PORTAVOCE_KEYRING to “passphrase” to protect the workspace with a passphrase instead.")
        super().__init__(" ".join((reason, *(ways or (instead,)))))
        self.reason = reason


class KeyringMissing(KeyringUnusable):
    """No keyring runs here, or only one that would keep the key in the clear."""

    code = "keyring_missing"

    def __init__(self) -> None:
        super().__init__(
            _("This computer has no keyring that could keep the workspace's key safe."),
            _(
                "Start one (GNOME Keyring or KWallet, for example), or set PORTAVOCE_KEYRING to “passphrase” to "
                "protect the workspace with a passphrase, or to “session” to keep sign-ins only until the program ends."
            ),
        )


class KeyringLocked(KeyringUnusable):
    """The keyring is locked and was not unlocked when it asked."""

    code = "keyring_locked"

    def __init__(self) -> None:
        super().__init__(
            _("The computer's keyring is locked, so the workspace's key cannot be read. Unlock it and try again.")
        )


class KeyringDenied(KeyringUnusable):
    """The keyring refused to keep our key, or took it and does not have it."""

    code = "keyring_denied"

    def __init__(self) -> None:
        super().__init__(
            _("The computer's keyring refused to keep the workspace's key. Allow Portavoce to use it and try again.")
        )


class KeyringSilent(KeyringUnusable):
    """The keyring gave no answer in time; it may be waiting for a person."""

    code = "keyring_silent"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            _(
                "The computer's keyring gave no answer within {seconds} seconds. If it asks for its password in "
                "another window, answer there and try again."
            ).format(seconds=round(seconds))
        )


class KeyringFailed(KeyringUnusable):
    """The keyring failed in a way we have no better word for; the log has the details."""

    code = "keyring_failed"

    def __init__(self) -> None:
        super().__init__(
            _("The computer's keyring failed, so the workspace's key cannot be used. The log says how. Try again.")
        )


class KeyLost(KeychainError):
    """A key was made for this workspace, and the keyring does not have it any more."""

    code = "key_lost"

    def __init__(self) -> None:
        self.reason = _(
            "The key of this workspace is no longer in the computer's keyring, so its saved sign-ins cannot be read. "
            "Bring the keyring back if you can."
        )
        way = _("Otherwise make a new key (“portavoce account new-key”) and sign in again on every account.")
        super().__init__(f"{self.reason} {way}")


class WrongPassphrase(KeychainError):
    """The passphrase does not open this workspace."""

    code = "wrong_passphrase"

    def __init__(self) -> None:
        self.reason = _("This passphrase does not open the workspace's sign-ins. Check it and try again.")
        super().__init__(self.reason)


class PassphraseNeeded(KeychainError):
    """Nobody gave a passphrase: no file, no answer, or an empty one."""

    code = "passphrase_needed"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The sign-ins of this workspace are protected by a passphrase, and none was given. Type it when asked, "
                "or put it into the first line of a file and name that file in PORTAVOCE_PASSPHRASE_FILE."
            )
        )


class PassphraseFileUnreadable(KeychainError):
    """The file that should hold the passphrase cannot be read."""

    code = "passphrase_file_unreadable"

    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "The passphrase file {path} cannot be read as text. Correct PORTAVOCE_PASSPHRASE_FILE, or unset it to "
                "be asked for the passphrase."
            ).format(path=path)
        )


class KeyFileDamaged(KeychainError):
    """What the workspace remembers about its key makes no sense; it is left as it is."""

    code = "key_file_damaged"

    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "The file {path} is damaged, so the workspace's saved sign-ins cannot be opened. Put it back from a "
                "backup; or move it away and sign in again on every account."
            ).format(path=path)
        )


class KeyFileUnusable(KeychainError):
    """The disk does not let us read or write the key file."""

    code = "key_file_unusable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            _("The file {path} cannot be used: {reason}. Nothing was changed; check the disk and try again.").format(
                path=path, reason=reason
            )
        )


class KeychainClosed(KeychainError):
    """A secret was wanted before the keychain was unlocked."""

    code = "keychain_closed"

    def __init__(self) -> None:
        super().__init__(_("The workspace's sign-ins are locked. Unlock them and try again."))


class SecretDamaged(KeychainError):
    """A saved secret was altered, or belongs to another account or name."""

    code = "secret_damaged"

    def __init__(self, account_id: AccountId) -> None:
        super().__init__(
            _("The saved sign-in of the account {account} is damaged. Sign in to that account again.").format(
                account=account_id
            )
        )


class SecretOfAnotherKey(KeychainError):
    """A saved secret was encrypted with another key than the one that is open now."""

    code = "secret_of_another_key"

    def __init__(self, account_id: AccountId) -> None:
        """An empty id means a secret of the workspace itself: the key that opens it."""
        sentence = _(
            "The sign-in of the account {account} was saved under another key: with another setting of "
            "PORTAVOCE_KEYRING, in an earlier session, or before the keyring was emptied. Go back to that setting, "
            "or sign in to the account again."
        )
        if not account_id:
            sentence = _(
                "The key that lies beside the workspace was sealed by another passphrase, or the file keychain.json "
                "that belongs to it is missing. Go back to that passphrase, or to a copy of that file."
            )
        super().__init__(sentence.format(account=account_id))


class UnknownKeyringMode(KeychainError, WrongUse):
    """PORTAVOCE_KEYRING holds a word we do not know."""

    code = "unknown_keyring_mode"

    def __init__(self, word: str) -> None:
        super().__init__(
            _("PORTAVOCE_KEYRING is “{word}”; it may be “system”, “passphrase” or “session”.").format(word=word)
        )
