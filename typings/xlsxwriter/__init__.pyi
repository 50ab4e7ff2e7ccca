# The part of XlsxWriter that Portavoce uses; the package does not say that it carries types.

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

class Workbook:
    def __init__(self, filename: str, options: Mapping[str, bool | str] = ...) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
    def add_worksheet(self, name: str) -> Worksheet: ...
    def add_format(self, properties: Mapping[str, bool]) -> Format: ...
