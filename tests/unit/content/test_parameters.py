"""Content-Type and Content-Disposition with parameters, within their caps."""

from inbox_app.content import caps
from inbox_app.content.parameters import parse_typed


def test_a_name_in_pieces_is_put_together() -> None:
    typed = parse_typed("attachment; filename*0*=utf-8''caf%C3%A9; filename*1=\" one.pdf\"; size=3")
    assert (typed.value, typed.parameters) == ("attachment", {"filename": "café one.pdf", "size": "3"})


def test_parameters_past_the_cap_are_left_out() -> None:
    typed = parse_typed("text/plain" + "".join(f"; p{number}=x" for number in range(2_000)))
    assert len(typed.parameters) == caps.PARAMETERS


def test_pieces_of_one_name_count_one_by_one() -> None:
    pieces = "".join(f"; name*{number}=x" for number in range(2_000))
    assert parse_typed("text/plain" + pieces).parameters == {"name": "x" * caps.PARAMETERS}
