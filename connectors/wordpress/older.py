"""History, newest page first: the list from its top down to the day that the person asked for."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.wordpress.cursor import Place
from connectors.wordpress.listing import Listing
from connectors.wordpress.posts import Posts
from connectors.wordpress.telling import Teller
from inbox_app.contract.remote import Event
from inbox_app.domain.jsonvalue import JsonObject


@dataclass(frozen=True, slots=True)
class History:
    """Loads it for one account that is signed in."""

    listing: Listing
    posts: Posts

    async def page(self, place: Place, teller: Teller) -> tuple[list[Event], Place, bool]:
        """The next older page, the place after it, and whether there is more."""
        page = await self.listing.below(place)
        if not page.found:
            return [], page.place, True
        events = await teller.events(page.comments, await self.posts.of(one.post for one in page.comments))
        return events, page.place, not page.complete


def to_json(place: Place) -> JsonObject:
    """As it is kept."""
    return {"below": place.below, "deep": place.deep}
