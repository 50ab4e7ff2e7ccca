"""The worker answers on the window's event loop as on any other."""

import asyncio
from importlib import import_module

import pytest

from inbox_app.content.parsed import ParsedMail, Unparsable
from inbox_app.content.worker import Worker

pytestmark = pytest.mark.ui


def test_the_worker_answers_on_the_loop_of_the_window(qapp: object) -> None:
    qasync = import_module("qasync")  # brings no types

    async def ask() -> ParsedMail | Unparsable:
        worker = Worker()
        try:
            return await worker.parse_one(b"Subject: x\n\ny")
        finally:
            await worker.close()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
        mail = runner.run(ask())
    assert isinstance(mail, ParsedMail)
    assert mail.subject == "x"
