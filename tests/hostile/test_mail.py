"""No mail crashes or holds up its reader: the corpus and the bombs through the real worker process."""

from collections.abc import AsyncIterator

import pytest

from inbox_app.content import caps
from inbox_app.content.parsed import Defect, ParsedMail, Unparsable, Why
from inbox_app.content.worker import Worker
from tests.hostile import corpora
from tests.hostile.bombs import BOMBS


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    """A worker judged by processor time alone (its own limit), since a busy machine stretches the clock."""
    worker = Worker(seconds=60)
    yield worker
    await worker.close()


async def test_every_mail_of_the_corpus_is_read(worker: Worker) -> None:
    mails = corpora.mails()
    results = await worker.parse([raw for _, raw in mails])
    assert [name for (name, _), result in zip(mails, results, strict=True) if isinstance(result, Unparsable)] == []


async def test_every_attachment_of_the_corpus_can_be_taken_out(worker: Worker) -> None:
    raws = [raw for _, raw in corpora.mails()]
    taken = 0
    for raw, mail in zip(raws, await worker.parse(raws), strict=True):
        assert isinstance(mail, ParsedMail)
        for attachment in mail.attachments:
            extracted = await worker.extract(raw, attachment.part)
            assert not isinstance(extracted, Unparsable)
            assert extracted.attachment == attachment
            assert len(extracted.data) == attachment.size
            taken += 1
    assert taken > 100


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_defused(worker: Worker, name: str) -> None:
    pid_before = (await worker.parse_one(b"Subject: x\n\ny"), worker.pid)[1]
    raw = BOMBS[name]()
    result = await worker.parse_one(raw)
    if len(raw) > caps.MAIL_BYTES:
        assert result == Unparsable(Why.TOO_LARGE)
    else:
        assert isinstance(result, ParsedMail)
        assert len(result.text) <= caps.TEXT_CHARS
    assert worker.pid == pid_before, "the worker had to be killed"


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("nested parts", Defect.TOO_DEEP),
        ("boundaries", Defect.TOO_MANY_PARTS),
        ("encoded subject", Defect.HEADERS_TOO_LARGE),
        ("header without an end", Defect.HEADERS_TOO_LARGE),
        ("addresses", Defect.HEADERS_TOO_LARGE),
        ("base64 with garbage", Defect.BAD_ENCODING),
        ("no charset at all", Defect.CHARSET_GUESSED),
        ("flowed lines", Defect.TEXT_CUT),
    ],
)
async def test_what_was_left_out_is_said(worker: Worker, name: str, defect: Defect) -> None:
    result = await worker.parse_one(BOMBS[name]())
    assert isinstance(result, ParsedMail)
    assert defect in result.defects
