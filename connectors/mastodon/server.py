"""What a server says of itself: its name, its limits, whether it streams.

https://docs.joinmastodon.org/entities/Instance/ (v2), or the older form (v1) of servers that know only that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connectors.mastodon.fields import Fields
from inbox_app.contract.limits import Counting, Limits
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

USUAL_CHARACTERS: Final = 500
USUAL_FILES: Final = 4


@dataclass(frozen=True, slots=True)
class Server:
    """A server's rules. Sizes are in bytes, None where it names none."""

    domain: str
    characters: int = USUAL_CHARACTERS
    files: int = USUAL_FILES
    image_size: int | None = None
    video_size: int | None = None
    media_types: frozenset[str] = frozenset()
    streaming: str = ""

    def limits(self, reserved: int = 0) -> Limits:
        """For one message, of which `reserved` characters name those who are answered."""
        sizes = [size for size in (self.image_size, self.video_size) if size]
        return Limits(
            text=max(self.characters - reserved, 0),
            counting=Counting.GRAPHEMES,
            files=self.files,
            file_size=max(sizes, default=None),
            media_types=self.media_types or None,
            descriptions=True,
        )

    def largest(self, media_type: str) -> int | None:
        """How large a file of this type may be."""
        return self.image_size if media_type.startswith("image/") else self.video_size

    def to_json(self) -> JsonObject:
        """For the account's notes."""
        return {
            "domain": self.domain,
            "characters": self.characters,
            "files": self.files,
            "image_size": self.image_size,
            "video_size": self.video_size,
            "media_types": [*sorted(self.media_types)],
            "streaming": self.streaming,
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> Server:
        """The inverse of `to_json`; what is missing is as usual."""
        said = Fields(value if isinstance(value, dict) else {})
        return cls(
            domain=said.text("domain"),
            characters=said.number("characters") or USUAL_CHARACTERS,
            files=said.number("files") or USUAL_FILES,
            image_size=said.number("image_size") or None,
            video_size=said.number("video_size") or None,
            media_types=frozenset(said.texts("media_types")),
            streaming=said.text("streaming"),
        )


def read_server(value: JsonValue, host: str) -> Server:
    """From either form of the instance's description; `host` is where it was asked."""
    said = Fields.of(value)
    configuration = said.inner("configuration")
    statuses, media = configuration.inner("statuses"), configuration.inner("media_attachments")
    return Server(
        domain=_domain(said.text("domain") or said.text("uri")) or host,
        characters=statuses.number("max_characters") or said.number("max_toot_chars") or USUAL_CHARACTERS,
        files=statuses.number("max_media_attachments") or USUAL_FILES,
        image_size=media.number("image_size_limit") or said.number("upload_limit") or None,
        video_size=media.number("video_size_limit") or said.number("upload_limit") or None,
        media_types=frozenset(media.texts("supported_mime_types")),
        streaming=configuration.inner("urls").text("streaming") or said.inner("urls").text("streaming_api"),
    )


def _domain(said: str) -> str:
    """Some servers give a whole address there."""
    return said.partition("://")[2].partition("/")[0].lower() if "://" in said else said.strip().lower()
