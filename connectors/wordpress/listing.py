"""The site's comments as one list by id, newest first, walked so that nothing between two pages is missed.

Pages are counted from the newest, and comments come and go meanwhile. So a page counts only if it holds the place
where the last one ended; otherwise the neighbouring one is asked for. There is no other way: the interface can neither
sort by change nor begin at an id (https://developer.wordpress.org/rest-api/reference/comments/#list-comments).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from connectors.wordpress.client import Client, Forbidden, Gone, Params
from connectors.wordpress.cursor import Place
from connectors.wordpress.fields import Fields, need_list
from connectors.wordpress.wire import Comment, User, read_comment, read_comments
from inbox_app.contract.errors import BadAnswer, SignInNeeded
from inbox_app.contract.http import Answer
from inbox_app.contract.texts import _

COMMENTS: Final = "/wp/v2/comments"
PAGE: Final = 100
_LOOKS: Final = 20
"""Pages that are asked for in one go before what was learned so far is kept."""
_DEEPEST: Final = 5_000_000
_AUTHOR: Final = "author,author_name,author_email,author_url,author_avatar_urls"
_FIELDS: Final = f"id,post,parent,{_AUTHOR},date_gmt,content,link,status,type,_links"


@dataclass(frozen=True, slots=True)
class Page:
    """Some comments, newest first, and where they were found. `complete` says that the list ends here.

    `found` is False where the place was not reached yet: go on at `place`.
    """

    comments: tuple[Comment, ...]
    place: Place
    complete: bool = False
    found: bool = True
    bottom: int = 0
    """The lowest id among its rows."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One answer: the comments in it, and the ids of all its rows, of which other plugins may own some."""

    comments: tuple[Comment, ...]
    ids: tuple[int, ...]

    @property
    def is_last(self) -> bool:
        return len(self.ids) < PAGE

    def reaches(self, place: int) -> bool:
        """Whether the list is known down to this comment."""
        return self.is_last or self.ids[-1] <= place

    def joins(self, place: int) -> bool:
        """Whether nothing can lie between this comment and the first row."""
        return bool(self.ids) and self.ids[0] >= place


@dataclass(frozen=True, slots=True)
class Listing:
    """Asks for one account; who may not moderate sees what everybody sees."""

    client: Client
    me: User
    since: datetime | None = None
    """History ends here."""

    async def newest(self) -> int:
        """The newest comment's id, 0 where there is none."""
        return max((await self._rows(0, 1)).ids, default=0)

    async def above(self, last: int, deep: int) -> Page:
        """The oldest of the comments above `last`, which was `deep` comments down; at the top the whole page."""
        for _look in range(_LOOKS):
            rows = await self._rows(deep)
            reached = rows.reaches(last)
            fresh = tuple(one for one in rows.comments if one.id > last)
            if reached and (not deep or any(one > last for one in rows.ids)):
                top = Place(max((last, *rows.ids)), deep)
                told = fresh if deep else rows.comments
                return Page(told, top, complete=rows.is_last and not deep, bottom=min(rows.ids, default=0))
            deep = max(deep - PAGE + 1, 0) if reached else deep + PAGE - 1
            _refuse_endless(deep)
        return Page((), Place(last, deep), found=False)

    async def below(self, place: Place) -> Page:
        """The comments next below a place; the top of the list where it names none."""
        deep = place.deep
        for _look in range(_LOOKS):
            rows = await self._rows(deep, since=self.since)
            joined = not deep or not place.below or rows.joins(place.below)
            lower = [one for one in rows.ids if not place.below or one < place.below]
            if joined and (lower or rows.is_last):
                bottom = Place(min(lower, default=place.below), deep + max(len(rows.ids) - 1, 0))
                older = tuple(one for one in rows.comments if one.id in lower)
                return Page(older, bottom, complete=rows.is_last, bottom=bottom.below)
            deep = deep + PAGE - 1 if joined else max(deep - PAGE + 1, 0)
            _refuse_endless(deep)
        return Page((), Place(place.below, deep), found=False)

    async def held(self) -> tuple[Comment, ...]:
        """The newest comments that wait for a moderator."""
        params = {**self._params(), "status": "hold", "per_page": PAGE}
        return read_comments((await self.client.get(COMMENTS, params)).json()) if self.me.moderates else ()

    async def named(self, wanted: Sequence[int]) -> tuple[Comment, ...]:
        """Those of these that are there, whatever their status."""
        if not wanted:
            return ()
        params = {**self._params(), "include": ",".join(map(str, wanted[:PAGE])), "per_page": PAGE}
        return read_comments((await self.client.get(COMMENTS, params)).json())

    async def one(self, wanted: int) -> Comment | None:
        """One comment; None where it is gone for good, or nobody of our rights may see it."""
        params: Params = {"context": "edit", "_fields": _FIELDS} if self.me.moderates else {"_fields": _FIELDS}
        try:
            return read_comment(Fields.of((await self.client.get(f"{COMMENTS}/{wanted}", params)).json()))
        except (Gone, Forbidden):
            return None

    async def is_gone(self, wanted: int) -> bool:
        """Whether a comment was deleted for good; one that we may not see any more is not."""
        try:
            await self.client.get(f"{COMMENTS}/{wanted}", {"_fields": "id"})
        except Gone:
            return True
        except (Forbidden, SignInNeeded):
            return False
        return False

    async def answers(self, post: int, parent: int, since: datetime) -> tuple[Comment, ...]:
        """What was answered to a comment since a moment, newest first."""
        params = {**self._params(), "post": post, "parent": parent, "after": _moment(since), "per_page": PAGE}
        return read_comments((await self.client.get(COMMENTS, params)).json())

    async def count(self) -> int:
        """How many comments the site holds as far as we see them and history goes."""
        types = ("comment", "pings", "review") if self.me.moderates else ("comment",)
        return sum([await self._count(one) for one in types])

    async def _count(self, of_type: str) -> int:
        params = {**self._params(), **self._since(self.since), "type": of_type, "per_page": 1, "_fields": "id"}
        return _total(await self.client.get(COMMENTS, params))

    async def _rows(self, deep: int, limit: int = PAGE, since: datetime | None = None) -> _Rows:
        params = {**self._params(), **self._since(since), "offset": deep, "per_page": limit}
        value = (await self.client.get(COMMENTS, params)).json()
        ids = sorted((one.need_number("id") for one in need_list(value)), reverse=True)
        return _Rows(read_comments(value), tuple(ids))

    def _params(self) -> dict[str, str | int | list[str]]:
        params: dict[str, str | int | list[str]] = {"orderby": "id", "order": "desc", "_fields": _FIELDS}
        if self.me.moderates:
            params |= {"context": "edit", "status": "any", "type": "all"}
        return params

    @staticmethod
    def _since(since: datetime | None) -> dict[str, str]:
        return {"after": _moment(since)} if since is not None else {}


def missing(page: Page, known: Collection[int], *, below: int = 0) -> list[int]:
    """Which of the known comments should stand in a page and do not; `below` is where it begins, 0 at the top."""
    there = {one.id for one in page.comments}
    bottom = 0 if page.complete else page.bottom
    return sorted(one for one in known if one not in there and one >= bottom and (not below or one < below))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _total(answer: Answer) -> int:
    said = answer.headers.get("x-wp-total", "")
    if answer.status != HTTPStatus.OK or not said.isdecimal():
        raise BadAnswer(_("The site does not say how many comments it has."))
    return int(said[:12])


def _refuse_endless(deep: int) -> None:
    if deep > _DEEPEST:
        raise BadAnswer(_("The site's list of comments has no end."))
