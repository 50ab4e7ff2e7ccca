# The part of ijson that Portavoce uses; the package brings no types.

from collections.abc import Iterator
from typing import IO, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

class JSONError(Exception): ...

def parse(source: IO[bytes], *, use_float: bool = ...) -> Iterator[tuple[str, str, Scalar]]: ...

class ObjectBuilder:
    value: object
    def event(self, event: str, value: Scalar) -> None: ...
