from collections.abc import Mapping

class ZlibArchiveReader:
    toc: Mapping[str, object]

class CArchiveReader:
    def __init__(self, filename: str) -> None: ...
    def open_embedded_archive(self, name: str) -> ZlibArchiveReader: ...
