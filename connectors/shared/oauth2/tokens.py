"""What a sign-in leaves: the token that is shown to the service, and the one that brings the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonValue

ACCESS, REFRESH, EXPIRES = "oauth_access_token", "oauth_refresh_token", "oauth_expires_at"
"""The names under which an account keeps them."""
BEARER = "bearer"
"""The usual kind of token: whoever has it may use it."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_EARLY = timedelta(minutes=1)
"""A token that ends within this is as good as ended: it has a way to go."""
_LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Tokens:
    """`expires_at` is None where the service did not say."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None

    @classmethod
    def from_secrets(cls, kept: Mapping[str, str]) -> Self:
        """What an account keeps; a time that cannot be read counts as over."""
        try:
            expires = datetime.fromisoformat(kept[EXPIRES]) if kept.get(EXPIRES) else None
        except ValueError:
            expires = datetime.fromtimestamp(0, UTC)
        return cls(kept.get(ACCESS, ""), kept.get(REFRESH, ""), expires)

    def to_secrets(self) -> dict[str, str]:
        """What an account keeps of them."""
        expires = "" if self.expires_at is None else self.expires_at.isoformat()
        return {ACCESS: self.access, REFRESH: self.refresh, EXPIRES: expires}

    def is_fresh(self, now: datetime) -> bool:
        """Whether the service will still take the access token, as far as can be known."""
        return bool(self.access) and (self.expires_at is None or now + _EARLY < self.expires_at)

    def renewed_by(self, answer: JsonValue, now: datetime, kind: str = BEARER) -> Tokens:
        """The tokens of a token endpoint's answer; without a new refresh token in it the old one stays good.

        Raises:
            BadAnswer: it is no such answer (RFC 6749, 5.1).
        """
        given = answer if isinstance(answer, dict) else {}
        access, refresh = given.get("access_token"), given.get("refresh_token") or self.refresh
        given_kind = given.get("token_type", kind)
        if not (_is_token(access) and (refresh == "" or _is_token(refresh))):
            raise BadAnswer(_("The service signed us in without a usable token."))
        if not isinstance(given_kind, str) or given_kind.lower() != kind:
            raise BadAnswer(_("The service gave a kind of token that Portavoce does not know."))
        return Tokens(str(access), str(refresh), _expiry(given.get("expires_in"), now))


def _is_token(value: JsonValue) -> bool:
    """Anything else could end a header or a line of the protocol that carries it."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def _expiry(seconds: JsonValue, now: datetime) -> datetime | None:
    """Some services write the number as text; nonsense counts as not said."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 12:
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        return None
    return now + min(timedelta(seconds=min(seconds, _LONGEST.total_seconds())), _LONGEST)
