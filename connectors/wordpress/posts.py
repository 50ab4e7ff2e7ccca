"""The posts that comments hang under: title, text, address and picture, asked for together.

https://developer.wordpress.org/rest-api/reference/posts/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connectors.wordpress.client import Client
from connectors.wordpress.fields import need_list
from connectors.wordpress.wire import Post, PostRef, User, read_post
from inbox_app.contract.errors import Rejected, SignInNeeded
from inbox_app.domain.jsonvalue import JsonValue

_FIELDS: Final = "id,date_gmt,link,title,content,author,comment_status,_links,_embedded"
_EMBED: Final = "author,wp:featuredmedia"
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Posts:
    """Asks for one account."""

    client: Client
    me: User

    async def of(self, wanted: Iterable[PostRef]) -> dict[int, Post]:
        """Those that we may read, by id; of the others a comment says no more than that they are there."""
        by_list: dict[str, list[int]] = defaultdict(list)
        for one in dict.fromkeys(wanted):
            if one.list and one.id:
                by_list[one.list].append(one.id)
        found: dict[int, Post] = {}
        for name, ids in by_list.items():
            for start in range(0, len(ids), _MOST):
                found |= {post.id: post for post in await self._ask(name, ids[start : start + _MOST])}
        return found

    async def _ask(self, name: str, ids: list[int]) -> list[Post]:
        """Whoever writes there sees drafts and private posts too, except in lists that know no such thing."""
        params: dict[str, str | int | list[str]] = {
            "include": ",".join(map(str, ids)),
            "per_page": _MOST,
            "_fields": _FIELDS,
            "_embed": _EMBED,
        }
        for more in ({"status": "any"}, {}) if self.me.writes else ({},):
            try:
                value: JsonValue = (await self.client.get(f"/wp/v2/{name}", params | dict(more))).json()
            except (Rejected, SignInNeeded):
                continue
            return [read_post(one) for one in need_list(value)]
        return []
