"""Who a handle is, and which server keeps that account.

https://atproto.com/specs/handle, https://atproto.com/specs/did
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from connectors.bluesky.client import Client
from connectors.bluesky.fields import Fields
from connectors.bluesky.settings import read_handle, read_server
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.http import Http, Question
from inbox_app.contract.texts import _

_PDS: Final = "AtprotoPersonalDataServer"
_PLC, _WEB = "did:plc:", "did:web:"
_DOCUMENT_BYTES: Final = 256 * 1024


async def resolve_handle(client: Client, handle: str) -> str:
    """The DID of somebody, as a server knows it; empty where nobody is called so."""
    bare = read_handle(handle)
    if bare.startswith("did:"):
        return handle.strip()
    if "." not in bare:
        return ""
    try:
        said = Fields.of(await client.get("com.atproto.identity.resolveHandle", {"handle": bare}))
    except Rejected:
        return ""
    return said.need_text("did")


async def find_server(directory: str, did: str, http: Http) -> str:
    """The server that keeps the account of a DID. What a DID itself names is asked by `http`, which goes to no private
    address but its home's; `directory` is one that the person chose.

    Raises:
        Rejected: it has none, or none that may be asked.
        ConnectorError: nobody knows just now.
    """
    document = await _read_document(directory, did, http)
    services = [one for one in document.each("service") if one.text("type") == _PDS]
    if not services:
        raise Rejected(_("Nobody knows which server keeps this account. Give its address under “Server”."))
    return read_server(services[0].text("serviceEndpoint"))


async def _read_document(directory: str, did: str, http: Http) -> Fields:
    if did.startswith(_WEB):
        address = f"https://{did.removeprefix(_WEB)}/.well-known/did.json"
        document = await _fetch(http, address)
    elif did.startswith(_PLC):
        books = Http(directory)
        try:
            document = await _fetch(books, f"/{quote(did, safe=':')}")
        finally:
            await books.close()
    else:
        raise Rejected(_("This account is of a kind that Portavoce does not know ({did}).").format(did=did[:60]))
    if document.text("id") != did:
        raise BadAnswer(_("The directory answered about somebody else."))
    return document


async def _fetch(http: Http, address: str) -> Fields:
    return Fields.of((await http.ask(Question("GET", address, limit=_DOCUMENT_BYTES))).json())
