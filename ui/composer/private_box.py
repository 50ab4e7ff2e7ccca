"""The choice that an answer goes to its author alone: ticked, empty, greyed with the reason, or absent."""

from __future__ import annotations

from inbox_app.domain.abilities import Ability
from inbox_app.i18n import _
from ui.commands import Does, with_key
from ui.theme.widgets import CheckBox


class PrivateBox(CheckBox):
    """What was chosen stays in sight where it no longer can be: it can still be taken back."""

    def __init__(self) -> None:
        super().__init__(_("Privately"))
        self.offer(None)

    def offer(self, ability: Ability | None) -> None:
        """Whether what is answered can be answered to its author alone; None where that is no question."""
        possible = ability is not None and ability.possible
        reason = "" if ability is None or possible else ability.reason
        usual = with_key(_("Answer the author alone, in a private conversation"), Does.REPLY_PRIVATELY)
        self.setVisible(possible or bool(reason) or self.isChecked())
        self.setEnabled(possible or self.isChecked())
        self.setToolTip(reason or usual)
