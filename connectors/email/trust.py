"""Whom we trust to name a mail server: the system's authorities, those of SSL_CERT_FILE, or one pinned certificate.

A certificate is pinned by its fingerprint, which the person sets beforehand; nothing offers to go on without.
"""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
from pathlib import Path

from connectors.email.failures import other_certificate
from connectors.email.settings import Server


def make_context() -> ssl.SSLContext:
    """A client's TLS with every check on. There is no way to turn a check off."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if os.environ.get("SSL_CERT_FILE"):
        _load_system_file(context)  # the variable makes OpenSSL read that file alone
    return context


def context_for(server: Server, trust: ssl.SSLContext) -> ssl.SSLContext:
    """The TLS for a server: `trust`, or where a certificate is pinned one that leaves the judgement to `check_pin`."""
    if not server.certificate:
        return trust
    context = make_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def check_pin(server: Server, line: socket.socket | ssl.SSLSocket | ssl.SSLObject) -> None:
    """See to it that the server showed its pinned certificate, before a word is said to it.

    Raises:
        OtherCertificate: it showed another one.
    """
    if not server.certificate:
        return
    shown = line.getpeercert(binary_form=True) if isinstance(line, ssl.SSLSocket | ssl.SSLObject) else None
    fingerprint = hashlib.sha256(shown or b"").hexdigest()
    if shown is None or fingerprint != server.certificate:
        raise other_certificate(server, spell_fingerprint(fingerprint))


def spell_fingerprint(digits: str) -> str:
    """As people compare it: `AB:CD:…`."""
    return ":".join(digits[start : start + 2] for start in range(0, len(digits), 2)).upper()


def _load_system_file(context: ssl.SSLContext) -> None:
    system = ssl.get_default_verify_paths().openssl_cafile
    if system and Path(system).is_file():
        context.load_verify_locations(cafile=system)
