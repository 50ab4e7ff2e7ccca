"""Links that name one message of a workspace: `portavoce:message/7123?workspace=brand`.

They name and do nothing: what is behind one is seen only by who has the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from inbox_app.domain.ids import MessageId

SCHEME = "portavoce"
_KIND = "message/"
_LONGEST, _DIGITS = 400, 19


@dataclass(frozen=True, slots=True)
class DeepLink:
    """One message, and the name of the workspace in which it is."""

    message: MessageId
    workspace: str = ""

    @property
    def text(self) -> str:
        """The link as it is copied and pasted."""
        return f"{SCHEME}:{_KIND}{self.message}?workspace={quote(self.workspace, safe='')}"


def read_deep_link(text: str) -> DeepLink | None:
    """What a text names if it is a link of ours and nothing else; never fails."""
    words = text.strip()
    if len(words) > _LONGEST or not words.lower().startswith(f"{SCHEME}:"):
        return None
    try:
        parts = urlsplit(words)
    except ValueError:
        return None
    number = parts.path.removeprefix(_KIND)
    if not parts.path.startswith(_KIND) or not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        return None
    return DeepLink(MessageId(int(number)), parse_qs(parts.query).get("workspace", [""])[0])
