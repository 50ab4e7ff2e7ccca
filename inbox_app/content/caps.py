"""Every limit on content from outside, in one place, each with its reason.

What lies beyond a cap is left out and noted as a `Defect`, or the whole is `Unparsable`; the raw bytes
are always kept by the caller. Sizes are bytes (text: characters) and times are seconds.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

MAIL_BYTES: Final = 50 * MIB
"""The largest mail that is taken apart; the big providers carry at most 50 MB."""

PARTS: Final = 500
"""MIME parts in one mail; newsletters and photo mails stay below 200."""

DEPTH: Final = 20
"""Nested multiparts; real mail seldom passes 6, and recursion elsewhere breaks near 1,000."""

HEADER_BYTES: Final = 64 * KIB
"""One header field; long To lists and References of honest mail fit."""

HEADER_BLOCK_BYTES: Final = 1 * MIB
"""All header fields of one part; a header without an end costs no more than this."""

HEADER_FIELDS: Final = 1_000
"""Fields of one part; mail that passed 30 servers has about 150."""

PARAMETERS: Final = 1_000
"""Parameters and continuations of one field, so that a file name cannot cost seconds."""

ADDRESSES: Final = 1_000
"""Addresses in one field; more is a list that leaked, and of no use in a conversation."""

REFERENCES: Final = 200
"""Message ids kept of a References field: the first, and the newest of the others."""

ID_CHARS: Final = 900
"""One message id; RFC 5322 lines end at 998."""

SUBJECT_CHARS: Final = 2_000
"""A subject as shown and searched."""

NAME_CHARS: Final = 300
"""A person's display name."""

FILE_NAME_BYTES: Final = 120
"""An attachment's file name; file systems allow 255, encrypted ones 143."""

TEXT_CHARS: Final = 256 * KIB
"""Plain text of one mail: what the window can lay out and the index can take without stalling."""

HTML_CHARS: Final = 512 * KIB
"""HTML that is cleaned and laid out; beyond it, text only."""

HTML_DEPTH: Final = 100
"""Nested HTML elements; cleaning and layout are quadratic in nesting (8,000 `div`s: 7 s)."""

LINKS: Final = 3_000
"""Links kept alive in one piece of HTML; checking one can cost 0.2 ms."""

REMOTE_IMAGES: Final = 200
"""Pictures from elsewhere that one mail can show."""

URL_CHARS: Final = 4_000
"""One link; tracking links reach about 2,000."""

GUESS_BYTES: Final = 4 * KIB
"""Sample from which an undeclared charset is guessed; guessing costs about 10 ms per KiB."""

BATCH_MAILS: Final = 100
BATCH_BYTES: Final = 4 * MIB
"""What one frame to the worker holds at most, so that a person's click waits for one batch only."""

WORKER_SECONDS: Final = 5.0
"""Wall time for one mail or one piece of HTML; then the worker is killed and replaced."""

WORKER_START_SECONDS: Final = 30.0
"""Extra time for the first answer of a fresh worker, on a cold and busy disk."""

WORKER_MEMORY: Final = 1024 * MIB
"""Address space of the worker: the largest mail a few times over, besides the interpreter's own 200 MiB."""

WORKER_GROWTH: Final = 300 * MIB
"""A worker whose memory once passed this is replaced after the job, which gives the memory back."""

WORKER_JOBS: Final = 20_000
"""Mails after which a worker is replaced, whatever leaks inside a library."""

ANSWER_BYTES: Final = 64 * MIB
"""The longest answer the parent reads from a worker: a whole attachment."""
