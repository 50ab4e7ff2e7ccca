"""One folder per service; the catalogue of their manifests."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import (
    bluesky,
    discourse,
    downloads,
    email,
    feed,
    folder,
    mastodon,
    matrix,
    practice,
    telegram,
    wordpress,
)
from inbox_app.contract.manifest import Manifest

CATALOGUE: Mapping[str, Manifest] = {
    manifest.key: manifest
    for manifest in (
        email.MANIFEST,
        mastodon.MANIFEST,
        bluesky.MANIFEST,
        matrix.MANIFEST,
        telegram.MANIFEST,
        wordpress.MANIFEST,
        discourse.MANIFEST,
        feed.MANIFEST,
        folder.MANIFEST,
        *downloads.MANIFESTS,
        practice.MANIFEST,
    )
}  # fmt: skip
