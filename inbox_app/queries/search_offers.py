"""What fits while somebody types a search: recent ones, operators and their values, people, tags, accounts, views."""

from __future__ import annotations

from collections.abc import Iterable

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_offers import Offer, Offered, Offers
from inbox_app.domain.search_pieces import Piece, begun, said
from inbox_app.domain.search_query import OPERATORS, Has, Is, fold
from inbox_app.storage import accounts, conversations, member_cards, recent_searches, views
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Reading

__all__ = ["offers", "recent"]

_MOST = 8
_FEW = 3
_SHORTEST_NAME = 2
_VALUES = {"is": tuple(Is), "has": tuple(Has)}


async def recent(store: Store, me: ColleagueId) -> tuple[str, ...]:
    """What a colleague looked for last, the latest first."""
    return await store.read(lambda conn: recent_searches.recent(conn, me))


async def offers(store: Store, me: ColleagueId, typed: str, at: int) -> Offers:
    """What could stand where the cursor is; in an empty field what was looked for last."""
    piece = begun(typed, at)

    def work(conn: Reading) -> Offers:
        if not typed.strip():
            found = [Offer(Offered.RECENT, words, words) for words in recent_searches.recent(conn, me, most=_MOST)]
        elif piece.operator:
            found = _values(conn, piece)
        else:
            found = _anything(conn, me, piece, typed)
        return Offers(typed, piece, tuple(found[:_MOST]))

    return await store.read(work)


def _values(conn: Reading, piece: Piece) -> list[Offer]:
    """What fits after an operator; nothing more once it stands there in full."""
    wanted = piece.value
    match piece.operator:
        case "is" | "has":
            found = [Offer(Offered.VALUE, one, said(piece.operator, one)) for one in _VALUES[piece.operator]]
            found = [one for one in found if one.name.startswith(wanted.lower())]
        case "from":
            found = _people(conn, wanted, _MOST)
        case "tag":
            found = _tags(conn, wanted)
        case "channel":
            found = _channels(conn, wanted)
        case "account":
            found = _accounts(conn, wanted)
        case _:
            found = []
    return [one for one in found if one.put.casefold() != said(piece.operator, wanted).casefold()]


def _anything(conn: Reading, me: ColleagueId, piece: Piece, typed: str) -> list[Offer]:
    word = piece.value
    if not word or typed[piece.begin : piece.begin + 1] in ("-", '"', "*"):
        return []
    operators = [Offer(Offered.OPERATOR, f"{one}:", f"{one}:") for one in OPERATORS if one.startswith(word.lower())]
    long_enough = len(word) >= _SHORTEST_NAME
    named = [*_views(conn, me, word), *_tags(conn, word)[:_FEW], *_accounts(conn, word)[:_FEW]] if long_enough else []
    people = _people(conn, word, _FEW) if long_enough else []
    before = [
        Offer(Offered.RECENT, one, one)
        for one in recent_searches.recent(conn, me)
        if fold(one).startswith(fold(typed.strip())) and one != typed.strip()
    ]
    return [*before[:_FEW], *operators, *people, *named]


def _people(conn: Reading, word: str, most: int) -> list[Offer]:
    found = member_cards.page(conn, words=word, limit=most).lines
    return [
        Offer(Offered.PERSON, one.name, said("from", one.name or one.handles[0]), one.handles[0] if one.handles else "")
        for one in found
    ]


def _tags(conn: Reading, word: str) -> list[Offer]:
    names = (one.name for one in conversations.every_tag(conn))
    return [Offer(Offered.TAG, name, said("tag", name)) for name in _beginning(names, word)]


def _channels(conn: Reading, word: str) -> list[Offer]:
    channels = dict.fromkeys(one.channel for one in accounts.every(conn))
    return [Offer(Offered.CHANNEL, one, said("channel", one)) for one in channels if one.startswith(word.lower())]


def _accounts(conn: Reading, word: str) -> list[Offer]:
    ours = accounts.every(conn)
    of = {one.handle: one.channel for one in ours}
    return [
        Offer(Offered.ACCOUNT, name, said("account", name), of[name])
        for name in dict.fromkeys(one.handle for one in ours)
        if fold(word).lstrip("@") in fold(name)
    ]


def _views(conn: Reading, me: ColleagueId, word: str) -> list[Offer]:
    saved = {one.name: one.id for one in views.every(conn, me)}
    return [Offer(Offered.VIEW, name, view=saved[name]) for name in _beginning(saved, word)][:_FEW]


def _beginning(names: Iterable[str], word: str) -> list[str]:
    """The names in which a word begins so, case and accents apart."""
    wanted = fold(word)
    return [name for name in names if any(part.startswith(wanted) for part in (fold(name), *fold(name).split()))]
