"""What is quoted and what is a signature is told apart from what somebody wrote; nothing is lost by it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.content.folding import PieceKind, fold_text, split_html
from inbox_app.content.html import clean
from inbox_app.content.reading import to_text

S, Q, G = PieceKind.SAID, PieceKind.QUOTED, PieceKind.SIGNATURE


def folded(text: str) -> list[tuple[PieceKind, str]]:
    return [(one.kind, one.content) for one in fold_text(text)]


def folded_html(source: str) -> list[tuple[PieceKind, str]]:
    return [(one.kind, to_text(one.content)) for one in split_html(clean(source).html)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Just this.", [(S, "Just this.")]),
        ("", []),
        ("Yes.\n\n> Coming?\n> Soon?", [(S, "Yes."), (Q, "> Coming?\n> Soon?")]),
        (
            "Yes.\n\nOn 26 Nov 2026, Maya <maya@example.org> wrote:\n> Coming?",
            [(S, "Yes."), (Q, "On 26 Nov 2026, Maya <maya@example.org> wrote:\n> Coming?")],
        ),
        (
            "Sì.\n\nIl giorno gio 26 nov 2026 alle ore 10:12 Maya\n<maya@example.org> ha scritto:\n\n> Vieni?",
            [
                (S, "Sì."),
                (Q, "Il giorno gio 26 nov 2026 alle ore 10:12 Maya\n<maya@example.org> ha scritto:\n\n> Vieni?"),
            ],
        ),
        (
            "Ja.\n\nAm 26.11.2026 um 10:12 schrieb Maya:\n\n> Kommst du?",
            [(S, "Ja."), (Q, "Am 26.11.2026 um 10:12 schrieb Maya:\n\n> Kommst du?")],
        ),
        (
            "Fine.\n\nIl 26/11/2026 Maya ha scritto:\nVieni?",
            [(S, "Fine."), (Q, "Il 26/11/2026 Maya ha scritto:\nVieni?")],
        ),
        (
            "Fine.\n\n________________________________\nFrom: Maya\nSent: Thursday\nTo: Us\nSubject: Hi\n\nComing?",
            [
                (S, "Fine."),
                (Q, "________________________________\nFrom: Maya\nSent: Thursday\nTo: Us\nSubject: Hi\n\nComing?"),
            ],
        ),
        (
            "Bene.\n\nDa: Maya\nInviato: giovedì\nA: Noi\nOggetto: Ciao\n\nVieni?",
            [(S, "Bene."), (Q, "Da: Maya\nInviato: giovedì\nA: Noi\nOggetto: Ciao\n\nVieni?")],
        ),
        ("OK\n\n-----Messaggio originale-----\nDa: Maya", [(S, "OK"), (Q, "-----Messaggio originale-----\nDa: Maya")]),
        ("Bye\n-- \nMaya\n+39 055", [(S, "Bye"), (G, "-- \nMaya\n+39 055")]),
        ("Bye\n\nSent from my iPhone", [(S, "Bye"), (G, "Sent from my iPhone")]),
        ("Ciao\n\nInviato da iPhone", [(S, "Ciao"), (G, "Inviato da iPhone")]),
        (
            "Yes\n-- \nMaya\n\n> Coming?",
            [(S, "Yes"), (G, "-- \nMaya"), (Q, "> Coming?")],
        ),
        ("> Coming?\n\nYes.\n-- \nMaya", [(Q, "> Coming?"), (S, "Yes."), (G, "-- \nMaya")]),
        ("> Coming?\nYes.\n> And Ben?\nNo.\n> Bye", [(S, "> Coming?\n\nYes.\n\n> And Ben?\n\nNo."), (Q, "> Bye")]),
        ("> only\n> quoted", [(S, "> only\n> quoted")]),
        (
            "See below.\n\n---------- Forwarded message ---------\nFrom: Ben\nDate: today\n\n> inner",
            [
                (
                    S,
                    "See below.\n\n---------- Forwarded message ---------\nFrom: Ben\nDate: today\n\n> inner",
                )
            ],
        ),
        ("The result:\n> 5 is more than 4\nThat is why.", [(S, "The result:\n\n> 5 is more than 4\n\nThat is why.")]),
        ("From: the desk of Maya\nYou are invited.", [(S, "From: the desk of Maya\nYou are invited.")]),
        ("--\n" + "\n".join(map(str, range(40))), [(S, "--\n" + "\n".join(map(str, range(40))))]),
    ],
)
def test_text_is_folded_where_people_would(text: str, pieces: list[tuple[PieceKind, str]]) -> None:
    assert folded(text) == pieces


LINES = [
    "", "a", "> q", ">", "-- ", "--", "On Monday Maya wrote:", "From: a", "Sent: b", "Subject: c",
    "-----Original Message-----", "---------- Forwarded message ---------", "Sent from my iPhone", "_" * 47,
    "x mailing list", "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----", "Il 3/4 A ha scritto:",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=30).map("\n".join))
def test_folding_loses_no_line(text: str) -> None:
    kept = "\n".join(one.content for one in fold_text(text))
    assert [line for line in kept.split("\n") if line.strip()] == [line for line in text.split("\n") if line.strip()]


def test_what_is_written_is_never_folded_whole() -> None:
    for text in ("> a", "-- \nMaya", "On Monday Maya wrote:\n> a", "-----Original Message-----\nx"):
        assert fold_text(text)[0].kind is PieceKind.SAID, text


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("<p>Just this</p><hr><p>and that</p>", [(S, "Just this\n\n---\n\nand that")]),
        (
            (
                '<div dir="ltr">Yes<br></div><br><div class="gmail_quote"><div class="gmail_attr">On Monday Maya wrote:'
                '<br></div><blockquote class="gmail_quote">Coming?</blockquote></div>'
            ),
            [(S, "Yes"), (Q, "On Monday Maya wrote:\n\n> Coming?")],
        ),
        (
            (
                '<html><body><p>Yes</p><div class="moz-cite-prefix">Il 26/11 Maya ha scritto:</div>'
                '<blockquote type="cite">Vieni?</blockquote><pre class="moz-signature">-- \nUs</pre></body></html>'
            ),
            [(S, "Yes"), (Q, "Il 26/11 Maya ha scritto:\n\n> Vieni?"), (G, "--\nUs")],
        ),
        (
            (
                '<div class="WordSection1"><p>Fine</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
                'padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Maya</p></div></div><p>Coming?</p></div>'
            ),
            [(S, "Fine"), (Q, "From: Maya\n\nComing?")],
        ),
        (
            '<div>Fine</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Maya</div>Coming?',
            [(S, "Fine"), (Q, "---\nFrom: Maya\nComing?")],
        ),
        (
            "<p>OK</p><p><b>Da:</b> Maya<br><b>Inviato:</b> oggi<br><b>Oggetto:</b> x</p><p>Vieni?</p>",
            [(S, "OK"), (Q, "Da: Maya\nInviato: oggi\nOggetto: x\n\nVieni?")],
        ),
        (
            '<p>Yes</p><div class="gmail_signature">Maya<br>Tideline</div>',
            [(S, "Yes"), (G, "Maya\nTideline")],
        ),
        (
            (
                '<div>FYI</div><div class="gmail_quote"><div>---------- Forwarded message ---------<br>'
                "From: Ben</div>the text</div>"
            ),
            [(S, "FYI\n---------- Forwarded message ---------\nFrom: Ben\nthe text")],
        ),
        ('<blockquote type="cite">only this</blockquote>', [(S, "> only this")]),
        (
            '<blockquote type="cite">Coming?</blockquote><p>Yes</p><blockquote type="cite">Ben?</blockquote><p>No</p>',
            [(S, "> Coming?\n\nYes\n\n> Ben?\n\nNo")],
        ),
        ("<blockquote>a poem</blockquote><p>said she</p>", [(S, "> a poem\n\nsaid she")]),
        (
            '<table><tr><td>Yes<div class="gmail_quote">Coming?</div></td></tr></table>',
            [(S, "Yes"), (Q, "Coming?")],
        ),
    ],
)
def test_html_is_folded_by_the_names_that_mail_programs_give(source: str, pieces: list[tuple[PieceKind, str]]) -> None:
    assert folded_html(source) == pieces


def test_marks_leave_no_trace_in_the_text() -> None:
    source = '<p>Yes</p><div class="gmail_quote">Coming?</div>'
    assert clean(source).text == to_text("<p>Yes</p><div>Coming?</div>")


_LETTERS = re.compile(r"[a-zA-Z:]")
PARTS = [
    "<p>", "</p>", "<div class=gmail_quote>", "</div>", "<blockquote type=cite>", "</blockquote>", "text",
    "<table><tr><td>", "</td></tr></table>", "<div id=divRplyFwdMsg>", "<div class=gmail_signature>", "<b>From:</b> ",
    "Sent: x To: y Subject: z", '<br class="quoted">', '<br class="said">', "<br class=x>",
    "<a href='http://a.example'>", "</a>", "<ul><li>",
    "</ul>", "<pre>\n",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_each_piece_of_html_is_clean_by_itself_and_no_word_is_lost(source: str) -> None:
    cleaned = clean(source).html
    pieces = split_html(cleaned)
    if len(pieces) > 1:
        assert clean(cleaned).html == cleaned
    assert all("<br class" not in one.content for one in pieces)
    letters = "".join(to_text(one.content) for one in pieces)
    assert sorted(_LETTERS.findall(letters)) == sorted(_LETTERS.findall(clean(source).text))
