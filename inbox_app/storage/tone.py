"""The workspace's tone sheet: one setting that the whole team shares."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from inbox_app.domain.tone import ToneSheet
from inbox_app.domain.tone_text import read_sheet, sheet_json
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting

_NAME = "tone"


def read(conn: Connection) -> ToneSheet:
    """The sheet; an empty one where nothing was laid down."""
    return read_sheet(json.loads(read_shared_settings(conn).get(_NAME, "{}")))


def write(tx: Tx, sheet: ToneSheet) -> None:
    """Lay it down for everybody."""
    write_shared_setting(tx, _NAME, json.dumps(sheet_json(sheet), ensure_ascii=False))
