"""From an address to the server that is asked (https://spec.matrix.org/latest/client-server-api/#server-discovery)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from connectors.matrix.fields import Fields
from connectors.matrix.settings import domain_of, read_home
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, ConnectorError, Rejected
from inbox_app.contract.http import Http, Question
from inbox_app.contract.texts import _

_WELL_KNOWN: Final = "/.well-known/matrix/client"
_VERSIONS: Final = "/_matrix/client/versions"
_NOT_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN})


async def find_home(user: str, server: str, open_http: Callable[[str], Http] = Http) -> str:
    """The server's address: as it is given, else as the address's domain names it.

    Raises:
        Rejected: neither an address nor a server.
        ConnectorError: there is no Matrix server there.
    """
    if server.strip():
        return await _that_answers(read_home(server), read_home(server), open_http)
    domain = domain_of(user)
    if not domain:
        raise Rejected(_("“{user}” is not a Matrix address. Give one such as @brand:example.org.").format(user=user))
    named = read_home(domain)
    return await _that_answers(await _named_by(named, open_http), named, open_http)


async def _named_by(domain: str, open_http: Callable[[str], Http]) -> str:
    """The server that a domain's page names; a domain without such a page is the server itself."""
    http = open_http(domain)
    try:
        answer = await http.ask(Question("GET", _WELL_KNOWN, expected=_NOT_THERE))
        # Some say what it is in words of their own, so that the type of the content says nothing.
        said = Fields.of(parse_json(answer.body)) if answer.status not in _NOT_THERE else Fields({})
    except ConnectorError:
        return domain
    finally:
        await http.close()
    return read_home(said.inner("m.homeserver").text("base_url") or domain)


async def _that_answers(home: str, asked: str, open_http: Callable[[str], Http]) -> str:
    """A server that another one named must be a public one, which is so for every address but our own home."""
    http = open_http(asked)
    try:
        answer = await http.ask(Question("GET", f"{home}{_VERSIONS}", expected=_NOT_THERE))
        if answer.status in _NOT_THERE or not Fields.of(answer.json()).texts("versions"):
            raise Rejected(_("There is no Matrix server at {server}.").format(server=home))
    except BadAnswer as bad:
        raise Rejected(_("There is no Matrix server at {server}.").format(server=home)) from bad
    finally:
        await http.close()
    return home
