"""The recovery phrase is the key and nothing else, however it is typed; a slip is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.sealing.key import ContentKey, content_key_from_text, make_content_key
from inbox_app.sealing.phrase import Mistyped, Unreadable, WrongLength, phrase_of, read_phrase

KEYS = st.binary(min_size=32, max_size=32).map(ContentKey)


@given(KEYS)
def test_a_phrase_is_its_key(key: ContentKey) -> None:
    phrase = phrase_of(key)
    assert [len(group) for group in phrase.split("-")] == [4] * 14
    assert read_phrase(phrase) == key


@given(KEYS)
def test_case_blanks_and_letters_that_look_alike_do_not_matter(key: ContentKey) -> None:
    phrase = phrase_of(key)
    typed = f"  {phrase.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n"
    assert read_phrase(typed) == key


@given(KEYS, st.integers(0, 55), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_sign_is_noticed(key: ContentKey, place: int, sign: str) -> None:
    signs = phrase_of(key).replace("-", "")
    other = signs[:place] + sign + signs[place + 1 :]
    if other != signs:
        with pytest.raises(Mistyped):
            read_phrase(other)


@given(st.text(max_size=80))
def test_anything_else_is_refused_in_one_way(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_phrase(typed)


def test_what_is_missing_is_counted() -> None:
    with pytest.raises(WrongLength) as wrong:
        read_phrase(phrase_of(make_content_key())[:-2])
    assert wrong.value.found == 54


def test_a_key_shows_itself_nowhere_and_comes_back_from_the_keyring() -> None:
    key = make_content_key()
    assert key.value.hex() not in repr(key)
    assert repr(key.value) not in repr(key)
    assert content_key_from_text(key.to_text()) == key
    assert content_key_from_text("not a key") is None
    assert len({key.id, key.database, key.derive("files").hex(), key.derive("names of files").hex()}) == 4
