"""A seeded community for measurements: as many messages as wanted, in ten channels and eight languages.

15 % as many conversations as messages, a few of them huge; mails with subjects and references, trees of comments
under posts, direct chats; three messages in ten are ours. Each text has common words and one of a long tail. What is
older than the newest 3 % was there before anybody connected, so that most work is done.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from inbox_app.contract.remote import (
    Location,
    MessageSeen,
    RemoteAttachment,
    RemoteAuthor,
    RemoteMessage,
    RemoteRecipient,
)
from inbox_app.domain.words import Direction, Kind

CHANNELS = 10
US = RemoteAuthor("brand@example.org", "brand@example.org", "The Brand")
_START = datetime(2024, 1, 1, tzinfo=UTC)
_SENTENCES = """
    thank you for the answer when does it arrive order colour size shop love this week again
    grazie per la risposta quando arriva ordine colore taglia negozio settimana ancora bello
    danke für die antwort wann kommt bestellung farbe größe laden schön woche wieder
    merci pour la réponse quand arrive commande couleur taille magasin semaine encore pâté
    gracias por la respuesta cuándo llega pedido color talla tienda semana otra vez
    obrigado pela resposta quando chega encomenda cor tamanho loja semana outra vez
    спасибо за ответ когда придёт заказ цвет размер магазин неделя снова
    ありがとう 返事 いつ 届く 注文 色 サイズ 店 週 また
"""
_WORDS = _SENTENCES.split()
_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su", "ta", "ve", "zi", "ko", "nu", "pa"]
_TAIL = ["".join(parts) for parts in product(_SYLLABLES, repeat=4)]
_FRESH = 0.03
_KINDS = (Kind.MAIL, Kind.MAIL, Kind.COMMENTS, Kind.COMMENTS, Kind.DIRECT)


class Community:
    """Tells `count` messages and `more` that come in later, oldest first, as (channel's number, event)."""

    def __init__(self, count: int, seed: int = 7, *, more: int = 0) -> None:
        self._random = random.Random(seed)
        self._count = count
        self._more = more
        self._people = [
            RemoteAuthor(f"person{number}@example.net", f"person{number}@example.net", f"Person {number} Smith")
            for number in range(max(count // 50, 20))
        ]
        self._talks: list[list[str]] = []
        self._huge = [self._begin() for _ in range(5)]

    def tell(self) -> Iterator[tuple[int, MessageSeen]]:
        """The messages."""
        for number in range(self._count + self._more):
            talk = self._choose()
            yield talk % CHANNELS, MessageSeen(self._message(number, talk))

    def _begin(self) -> int:
        self._talks.append([])
        return len(self._talks) - 1

    def _choose(self) -> int:
        dice = self._random.random()
        if dice < 0.15:
            return self._begin()
        if dice < 0.25:
            return self._random.choice(self._huge)
        # Talks are mostly about what began lately.
        return max(0, len(self._talks) - 1 - int(self._random.expovariate(1 / 40)))

    def _message(self, number: int, talk: int) -> RemoteMessage:
        before = self._talks[talk]
        kind = _KINDS[talk % len(_KINDS)]
        remote_id = f"<{number:08d}.message@example.org>"
        parent = self._random.choice(before[-10:]) if before else None
        ours = bool(before) and self._random.random() < 0.35
        before.append(remote_id)
        mail = kind is Kind.MAIL
        return RemoteMessage(
            remote_id=remote_id,
            kind=kind,
            keys=(f"chat{talk}",) if kind is Kind.DIRECT else tuple(filter(None, (remote_id, parent))),
            author=US if ours else self._people[(talk * 31 + self._random.randrange(4)) % len(self._people)],
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=_START + timedelta(seconds=number * 40),
            text=self._text(),
            parent=parent,
            post=f"post{talk % 120}" if kind is Kind.COMMENTS else None,
            title=f"Re: about {talk}" if mail else "",
            recipients=(RemoteRecipient("to", US.handle, US.name),) if mail else (),
            location=Location("INBOX", 1, number) if mail else None,
            attachments=(RemoteAttachment("1", "picture.png", "image/png", 52_000),) if number % 20 == 0 else (),
            copy_key=remote_id if mail else None,
            history=number < self._count * (1 - _FRESH),
            url="" if mail else f"https://example.social/{number}",
        )

    def _text(self) -> str:
        words = self._random.choices(_WORDS, k=self._random.randint(8, 40))
        return " ".join([*words, self._random.choice(_TAIL)])
