"""One mailbox file with every message as a mail, in the habit of mboxrd, from which each mail can be read back exactly.

https://man.archlinux.org/man/mbox.5
"""

from __future__ import annotations

import re
from datetime import UTC

from inbox_app.exchange.mails import Mail, mails
from inbox_app.exchange.target import Target
from inbox_app.storage.exporting.reading import History

_QUOTED = re.compile(rb"^(>*From )", re.MULTILINE)


def write(history: History, target: Target) -> None:
    """Write all conversations one after the other."""
    with target.file() as file:
        for told in history.conversations():
            for mail in mails(history, told):
                file.write(entry(mail))


def entry(mail: Mail) -> bytes:
    """A mail as it stands in the file."""
    line = f"From {mail.sender} {mail.sent_at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n"
    end = b"\n" if mail.raw.endswith(b"\n") else b"\n\n"
    return line.encode() + _QUOTED.sub(rb">\1", mail.raw) + end
