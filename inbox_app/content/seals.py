"""How a mail was encrypted or signed: OpenPGP or S/MIME, in parts of its own or inside the text. Nothing is opened.

https://www.rfc-editor.org/rfc/rfc3156, https://www.rfc-editor.org/rfc/rfc8551, https://www.rfc-editor.org/rfc/rfc9580
"""

from collections.abc import Iterable

from inbox_app.content.structure import Part
from inbox_app.domain.marks import Seal

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_ONLY_SIGNED = frozenset({"signed-data", "certs-only"})
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_SIGNED_ARMOUR = "-----BEGIN PGP SIGNED MESSAGE-----"


def encrypted_with(parts: Iterable[Part], text: str) -> Seal | None:
    """What it takes to read the mail."""
    for part in parts:
        if part.media == "multipart/encrypted":
            return Seal.PGP
        if part.media in _SMIME and part.type.parameters.get("smime-type", "").lower() not in _ONLY_SIGNED:
            return Seal.SMIME
    return Seal.PGP if _begins_a_line(text, _ARMOUR) else None


def signed_with(parts: Iterable[Part], text: str) -> Seal | None:
    """What the signature was made with."""
    for part in parts:
        if part.media == "application/pgp-signature":
            return Seal.PGP
        smime = part.media in _SMIME and part.type.parameters.get("smime-type", "").lower() == "signed-data"
        if smime or part.media in _SMIME_SIGNATURE:
            return Seal.SMIME
    return Seal.PGP if _begins_a_line(text, _SIGNED_ARMOUR) else None


def _begins_a_line(text: str, words: str) -> bool:
    return text.startswith(words) or f"\n{words}" in text
