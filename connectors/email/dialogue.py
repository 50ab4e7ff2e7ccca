"""What goes wrong in a dialogue with an IMAP server, told in the contract's errors."""

from __future__ import annotations

import imaplib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.email.failures import clean_said, command_refused, explain, not_understood, quote_said
from connectors.email.line import is_nonsense
from connectors.email.settings import Server
from inbox_app.contract.errors import Busy, ConnectorError, Offline
from inbox_app.contract.texts import _

_log = logging.getLogger(__name__)

BUSY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED|SERVERBUG|OVERQUOTA)\b|too many|try again", re.IGNORECASE)
GARBAGE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the libraries' parsers raise on answers outside the protocol."""


@contextmanager
def understood(server: Server, *secrets: str) -> Iterator[None]:
    """Whatever fails inside becomes one of our errors, without the secrets a server may have repeated."""
    try:
        yield
    except ConnectorError:
        raise
    except imaplib.IMAP4.readonly as error:  # an end of the dialogue to the library, though the folder was opened
        raise command_refused(server, clean_said(str(error), *secrets)) from None
    except (imaplib.IMAP4.abort, OSError) as error:
        raise (not_understood(server) if is_nonsense(error) else _line_end(error, server)) from None
    except imaplib.IMAP4.error as error:
        raise _refusal(clean_said(str(error), *secrets), server) from None
    except GARBAGE:
        _log.warning("an answer of %s was not understood", server.host)
        raise not_understood(server) from None


def _line_end(error: Exception, server: Server) -> Offline | Busy:
    """The line broke, or the server said good-bye and why."""
    said = clean_said(str(error))
    if isinstance(error, imaplib.IMAP4.abort) and BUSY.search(said):
        return busy(server, said)
    return explain(error, server)


def _refusal(said: str, server: Server) -> ConnectorError:
    if BUSY.search(said):
        return busy(server, said)
    return command_refused(server, said)


def busy(server: Server, said: str) -> Busy:
    """The server asks to wait; `said` are its own cleaned words."""
    return Busy(quote_said(_("The {server} is busy. It is tried again later.").format(server=server), said))
