"""What a sync brought, account by account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import cast

from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.sync.notices import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class AccountReport:
    """Counts of messages; `not_sent` was refused; `gaps` are those still open; `error` is a sentence, or empty."""

    id: AccountId
    new: int = 0
    updated: int = 0
    removed: int = 0
    sent: int = 0
    not_sent: int = 0
    gaps: int = 0
    error: str = ""

    def plus(self, new: int, updated: int, removed: int) -> AccountReport:
        """The same with more pulled."""
        return replace(self, new=self.new + new, updated=self.updated + updated, removed=self.removed + removed)

    def to_json(self) -> JsonObject:
        """As `portavoce sync --json` prints it."""
        values: JsonObject = asdict(self)
        return values

    @classmethod
    def of(cls, notice: Notice) -> AccountReport:
        """A notice as a line of a report."""
        account = notice.account or AccountId("")
        if notice.kind is NoticeKind.NEW_MESSAGES:
            return cls(account, new=notice.count)
        if notice.kind is NoticeKind.SENT:
            return cls(account, sent=notice.count)
        return cls(account, error=notice.text)

    @classmethod
    def from_json(cls, said: JsonValue) -> AccountReport:
        """The inverse of `to_json`."""
        return cls(**cast("Mapping[str, int]", said))  # type: ignore[arg-type]
