# What connectors/email uses to read an answer that IMAPClient has no call for.

from collections.abc import Mapping, Sequence

def parse_fetch_response(
    text: Sequence[object], normalise_times: bool = True, uid_is_key: bool = True
) -> Mapping[int, Mapping[bytes, object]]: ...
