"""The two hats in words: members are answered under one, an audience under the other."""

from __future__ import annotations

from inbox_app.domain.words import Hat
from inbox_app.i18n import _


def said_of_hat(handle: str, hat: Hat) -> str:
    """What an account's hat means for what comes."""
    if hat is Hat.SOCIAL:
        return _("What begins on {handle} from now on is worked under the social hat.").format(handle=handle)
    return _("What begins on {handle} from now on is worked under the community hat.").format(handle=handle)
