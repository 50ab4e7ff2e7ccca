"""The address of a feed, with what nobody may see of it told apart: a key among its parameters, a name and password.

A key in the path looks like a name there. Whoever knows that an address is private names it, and the name stands for
all that follows the site.

The whole address is a secret and lies in the keyring. What is shown, stored and exported has a mask where each secret
stands, and is what the feed is known by: with another key it is the same feed. https://www.rfc-editor.org/rfc/rfc3986
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _

MASK: Final = "***"
_TELLS: Final = re.compile(
    r"(?:key|token|secret|pass|passw(?:or)?d|passphrase|pwd|auth|sig|sign|signature|hash|session|sess|sid|credentials?|jwt|hmac)$"
    r"|^(?:k|code)$",
    re.IGNORECASE,
)
"""How the names of parameters end that open a door."""
_NAMES_A_THING: Final = re.compile(r"id$", re.IGNORECASE)
_LONG: Final = 20
_PIECE: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FOUND_ANYWHERE: Final = 12
"""Signs of a secret that is looked for by itself; a shorter one might be a word."""


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """An address as it is asked; `shown` is the same for everybody's eyes."""

    url: str = field(repr=False)
    name: str = ""
    """What stands for all that follows the site, where the whole address is private."""

    @property
    def is_private(self) -> bool:
        """Whether there is a secret in it."""
        return bool(self.name or self._who or self._secrets)

    @property
    def shown(self) -> str:
        """With masks, and without the name and password."""
        if not self.is_private:
            return self.url
        parts = urlsplit(self.asked)
        if self.name:
            return urlunsplit((parts.scheme, parts.netloc, self._stand_in, "", ""))
        query = "&".join(_masked(one) for one in parts.query.split("&"))
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))

    @property
    def asked(self) -> str:
        """As it goes over the line: the name and password go as a header, to this very site alone."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))

    @property
    def headers(self) -> dict[str, str]:
        """The name and password, where there are any (RFC 7617)."""
        if not self._who:
            return {}
        name, _colon, password = self._who.partition(":")
        return {"Authorization": f"Basic {b64encode(f'{unquote(name)}:{unquote(password)}'.encode()).decode()}"}

    @property
    def site(self) -> str:
        """Whose it is."""
        return urlsplit(self.url).hostname or ""

    def hide(self, text: str) -> str:
        """A text of the feed without our secrets: sites name the feed's own address in it."""
        if self._who:
            text = text.replace(f"{self._who}@", "")
        if self.name:
            text = text.replace(self._hidden, self._stand_in)
            for piece in self._pieces:
                text = text.replace(piece, MASK)
        for one in self._secrets:
            value = one.partition("=")[2] or one
            text = text.replace(one, _masked(one))
            for form in {value, unquote(value)}:
                text = text.replace(form, MASK) if len(form) >= _FOUND_ANYWHERE else text
        return text

    def reveal(self, url: str) -> str:
        """The inverse for an address on this site, which is asked for with the same key."""
        if urlsplit(url).hostname == self.site:
            if self.name:
                url = url.replace(self._stand_in, self._hidden)
                url = url.replace(MASK, self._pieces[0]) if len(self._pieces) == 1 else url
            for one in self._secrets:
                url = url.replace(_masked(one), one)
        return url

    @property
    def _hidden(self) -> str:
        """All that follows the site."""
        parts = urlsplit(self.url)
        return urlunsplit(("", "", parts.path, parts.query, ""))

    @property
    def _stand_in(self) -> str:
        return f"/{MASK}/{quote(self.name, safe='')}"

    @property
    def _pieces(self) -> list[str]:
        """What of a private address is looked for by itself, since a site may use it in other addresses too."""
        pieces = re.split(r"[/?&=]", self._hidden) if self.name else []
        return [one for one in dict.fromkeys(pieces) if _PIECE.search(one) or _UUID.fullmatch(one)]

    @property
    def _who(self) -> str:
        """Name and password."""
        return urlsplit(self.url).netloc.rpartition("@")[0]

    @property
    def _secrets(self) -> list[str]:
        """The parameters that hold a secret."""
        return [one for one in urlsplit(self.url).query.split("&") if _masked(one) != one]


def read_address(written: str, name: str = "") -> FeedAddress:
    """A feed's address, whole; one with a name is private. No sentence about it repeats it: there may be a key in it.

    Raises:
        Rejected: it is none, or it would be asked without encryption.
    """
    bare = written.strip()
    url = bare if "://" in bare else f"https://{bare}"
    try:
        if not bare or any(sign.isspace() for sign in url):
            raise ValueError
        site = Address.of(url)
        _port = urlsplit(url).port
    except (Rejected, ValueError):
        raise Rejected(
            _("This is not the address of a feed. Give one such as https://example.org/comments/feed/.")
        ) from None
    if site.scheme == "http" and not is_loopback(site.host):
        raise Rejected(
            _("{host} would be asked without encryption. Give the address with https.").format(host=site.host)
        )
    return FeedAddress(url, " ".join(name.split()))


def _masked(parameter: str) -> str:
    """A parameter with a mask for its value where that is a secret."""
    name, equals, value = parameter.partition("=")
    if not value:
        return MASK if _is_random(name) else parameter
    said = unquote(name)
    secret = _TELLS.search(said) or (_is_random(value) and not _NAMES_A_THING.search(said))
    return f"{name}{equals}{MASK}" if secret else parameter


def _is_random(value: str) -> bool:
    """Whether it is what nobody would type: long, of letters and digits."""
    return len(value) >= _LONG and bool(_PIECE.search(value) or _UUID.fullmatch(value))
