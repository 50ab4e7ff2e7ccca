from pathlib import Path
from types import TracebackType
from typing import Self

class TTLibError(Exception): ...

class TTFont:
    def __init__(self, file: Path, *, lazy: bool | None = None, fontNumber: int = -1) -> None: ...  # noqa: N803
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
    def close(self) -> None: ...
    def getBestCmap(self) -> dict[int, str] | None: ...  # noqa: N802
