"""Lines with which somebody ends every mail are a signature, though nothing marks them."""

from inbox_app.content.endings import part_ending, repeated_endings
from inbox_app.content.folding import PieceKind, fold_text


def test_a_repeated_ending_is_folded() -> None:
    said = [
        ("maya", "Hello,\nis it open?\n\nMaya Lindqvist\nRoastery of the North"),
        ("us", "Yes.\nTideline"),
        ("maya", "Thank you\n\nMaya Lindqvist\nRoastery of the North\n\n> Yes."),
    ]
    endings = repeated_endings(said)
    assert endings == {"maya": "Maya Lindqvist\nRoastery of the North"}
    pieces = part_ending(fold_text(said[2][1]), endings["maya"])
    assert [(one.kind, one.content) for one in pieces] == [
        (PieceKind.SAID, "Thank you"),
        (PieceKind.SIGNATURE, "Maya Lindqvist\nRoastery of the North"),
        (PieceKind.QUOTED, "> Yes."),
    ]


def test_a_name_alone_and_a_single_mail_have_no_ending() -> None:
    assert repeated_endings([("maya", "One\n\nMaya"), ("maya", "Two\n\nMaya")]) == {}
    assert repeated_endings([("maya", "One\nMaya\nRoastery")]) == {}


def test_nobody_is_folded_whole() -> None:
    same = "Are you open?\nOn Friday?"
    endings = repeated_endings([("maya", same), ("maya", same), ("maya", same)])
    assert part_ending(fold_text(same), endings.get("maya", "")) == fold_text(same)
