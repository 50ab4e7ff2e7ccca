"""As whom an answer leaves: each address of ours at an account that got the message, the usual one first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.words import AccountState

_CANNOT = (AccountState.REMOVED, AccountState.ARCHIVE)


class Ours(Protocol):
    """An account as far as it decides this."""

    @property
    def id(self) -> AccountId: ...
    @property
    def handle(self) -> str: ...
    @property
    def handles(self) -> frozenset[str]: ...
    @property
    def state(self) -> AccountState: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """An address of ours, and the account through which it sends."""

    account: AccountId
    address: str


def addresses_of(account: Ours) -> tuple[Sender, ...]:
    """All its addresses, its own first."""
    others = sorted(one for one in account.handles if one.lower() != account.handle.lower())
    return tuple(Sender(account.id, one) for one in (account.handle, *others))


def senders_of(message: MessageRow, accounts: Iterable[Ours]) -> tuple[Sender, ...]:
    """Who can answer this message; first the address that it was sent to, or from where it is ours."""
    able = [one for one in accounts if one.id in message.accounts and one.state not in _CANNOT]
    every = [sender for one in able for sender in addresses_of(one)]
    named = [message.author.handle, *(address for _role, address, _name in message.recipients)]
    place = {address.lower(): number for number, address in reversed([*enumerate(named)])}
    return tuple(sorted(every, key=lambda one: place.get(one.address.lower(), len(named))))


def own_addresses(accounts: Iterable[Ours]) -> frozenset[str]:
    """What means us in any of these accounts."""
    return frozenset(sender.address for one in accounts for sender in addresses_of(one))


def wanted_sender(senders: Collection[Sender], address: str) -> Sender | None:
    """The one of this address; the usual one where none is named, None where there is no such."""
    if not address:
        return next(iter(senders), None)
    return next((one for one in senders if one.address.lower() == address.lower()), None)
