"""The bundle's only program: the `portavoce` command and its window, or a worker process when told so."""

import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

LOADER_PATH = "LD_LIBRARY_PATH"
KEPT_BY_THE_STARTER = f"{LOADER_PATH}_ORIG"
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora and its kin
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


def give_back_the_loader_path(environment: MutableMapping[str, str]) -> None:
    """Let the programs we start, a browser above all, load their own libraries and not the bundle's.

    The bundle's starter points the dynamic loader at the bundle and keeps what was there before; this process has
    been loaded by then. https://pyinstaller.org/en/stable/common-issues-and-pitfalls.html
    """
    environment.pop(LOADER_PATH, None)
    if before := environment.pop(KEPT_BY_THE_STARTER, ""):
        environment[LOADER_PATH] = before


def trust_the_system(environment: MutableMapping[str, str], places: Sequence[str] = AUTHORITIES) -> None:
    """Find the system's certificate authorities: our OpenSSL looks where the machine that built it had them.

    https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations/
    """
    if sys.platform == "win32" or {"SSL_CERT_FILE", "SSL_CERT_DIR"} & environment.keys():
        return
    found = next((place for place in places if Path(place).is_file()), None)
    environment["SSL_CERT_FILE"] = found or _brought_along()


def _brought_along() -> str:
    import certifi

    return certifi.where()


def main() -> int:
    """Be the worker or the command; what is not needed for the one is not loaded."""
    give_back_the_loader_path(os.environ)
    from inbox_app.content.child import FROZEN_FLAG
    from inbox_app.spelling.flag import SPELLING_FLAG

    if sys.argv[1:] == [FROZEN_FLAG]:
        from inbox_app.content.worker_main import main as work

        return work()
    if sys.argv[1:] == [SPELLING_FLAG]:
        from inbox_app.spelling.worker_main import main as spell

        return spell()
    trust_the_system(os.environ)
    from inbox_app.__main__ import main as command

    return command()


if __name__ == "__main__":
    sys.exit(main())
