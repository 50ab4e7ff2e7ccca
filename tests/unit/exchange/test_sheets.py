"""Tables that other programs and people wrote: their columns are known by what they call them."""

from __future__ import annotations

from inbox_app.exchange.sheets import read_rows, write_rows


def test_columns_are_known_by_what_people_call_them_and_parts_of_a_name_are_one() -> None:
    heads, lines = read_rows("Cognome;Nome;E-mail;Etichette;Città\nNeri;Rosa;rosa@example.org;vip;Trieste\n")
    assert {"name", "email", "tags", "città"} == set(heads)
    assert [*lines] == [(2, {"name": "Rosa Neri", "email": "rosa@example.org", "tags": "vip", "città": "Trieste"})]
    _heads, lines = read_rows("First Name,E-mail 1 - Value,E-mail 2 - Value\nTom,a@example.org,b@example.org\nAnna,,\n")
    assert [one["email"] for _line, one in lines] == ["a@example.org; b@example.org", ""]


def test_a_table_with_a_column_of_our_name_keeps_all_others_as_they_are() -> None:
    """A field of one's own may be called like a column of ours in another language."""
    heads, lines = read_rows(write_rows(["email", "language", "Lingua"], [["a@example.org", "it", "veneto"]]))
    assert heads == ["email", "language", "lingua"]
    assert [*lines] == [(2, {"email": "a@example.org", "language": "it", "lingua": "veneto"})]
