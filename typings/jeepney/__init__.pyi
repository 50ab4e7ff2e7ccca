from enum import IntEnum
from typing import Any

class DBusErrorResponse(Exception):
    name: str

class HeaderFields(IntEnum):
    member = 3

class Header:
    fields: dict[HeaderFields, Any]

class Message:
    header: Header
    body: tuple[Any, ...]

class DBusAddress:
    def __init__(self, object_path: str, bus_name: str | None = ..., interface: str | None = ...) -> None: ...

class MatchRule:
    def __init__(
        self,
        *,
        type: str | None = ...,  # noqa: A002 - their name for it
        sender: str | None = ...,
        interface: str | None = ...,
        member: str | None = ...,
        path: str | None = ...,
    ) -> None: ...

class DBus:
    def AddMatch(self, rule: MatchRule) -> Message: ...  # noqa: N802

message_bus: DBus

def new_method_call(
    remote_obj: DBusAddress, method: str, signature: str | None = ..., body: tuple[Any, ...] = ...
) -> Message: ...
def new_method_return(parent_msg: Message, signature: str | None = ..., body: tuple[Any, ...] = ...) -> Message: ...
def new_signal(
    emitter: DBusAddress, signal: str, signature: str | None = ..., body: tuple[Any, ...] = ...
) -> Message: ...
