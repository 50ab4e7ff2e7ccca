"""Which channel reads the archives of a format."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.contract.manifest import Manifest
from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _


def reader_of(catalogue: Mapping[str, Manifest], kind: str) -> Manifest:
    """The channel that reads archives of this format.

    Raises:
        WrongUse: there is none.
    """
    readers = {one.key: manifest for manifest in catalogue.values() for one in manifest.archives}
    if kind not in readers:
        known = ", ".join(sorted(readers))
        raise WrongUse(_("There is no archive format “{kind}”. There are: {known}.").format(kind=kind, known=known))
    return readers[kind]
