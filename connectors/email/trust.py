"""Whom we trust to name a mail server: the system's authorities, and those of SSL_CERT_FILE besides."""

from __future__ import annotations

import os
import ssl
from pathlib import Path


def make_context() -> ssl.SSLContext:
    """A client's TLS with every check on. There is no way to turn a check off."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if os.environ.get("SSL_CERT_FILE"):
        _load_system_file(context)  # the variable makes OpenSSL read that file alone
    return context


def _load_system_file(context: ssl.SSLContext) -> None:
    system = ssl.get_default_verify_paths().openssl_cafile
    if system and Path(system).is_file():
        context.load_verify_locations(cafile=system)
