"""Which libraries an ELF file asks the loader for (DT_NEEDED), and where it has it look, read without binutils.

https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
"""

import struct
from pathlib import Path

PT_LOAD, PT_DYNAMIC = 1, 2
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 1, 5, 15, 29


def sonames_needed(path: Path) -> set[str]:
    """Return the names of the libraries that a 64-bit little-endian ELF file needs."""
    return dynamic_texts(path, DT_NEEDED)


def search_paths(path: Path) -> set[str]:
    """Return where a 64-bit little-endian ELF file has its libraries looked for first."""
    return dynamic_texts(path, DT_RPATH, DT_RUNPATH)


def dynamic_texts(path: Path, *tags: int) -> set[str]:
    """Return the texts that stand in a file's dynamic section under some tags."""
    data = path.read_bytes()
    headers = program_headers(data)
    [(start, size)] = [(offset, size) for kind, offset, _, size in headers if kind == PT_DYNAMIC]
    entries = list(struct.iter_unpack("<qQ", data[start : start + size - size % 16]))
    [address] = [value for tag, value in entries if tag == DT_STRTAB]
    strings = file_offset(headers, address)
    return {text_at(data, strings + value) for tag, value in entries if tag in tags}


def program_headers(data: bytes) -> list[tuple[int, int, int, int]]:
    """Return (kind, offset in the file, address in memory, size in the file) of each segment."""
    assert data[:6] == b"\x7fELF\x02\x01"
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    fields = [struct.unpack_from("<IIQQQQ", data, table + size * index) for index in range(count)]
    return [(kind, offset, address, length) for kind, _, offset, address, _, length in fields]


def file_offset(headers: list[tuple[int, int, int, int]], address: int) -> int:
    """Return where in the file an address in memory is stored."""
    for kind, offset, start, size in headers:
        if kind == PT_LOAD and start <= address < start + size:
            return offset + address - start
    raise AssertionError(f"no segment holds {address:#x}")


def text_at(data: bytes, offset: int) -> str:
    """Return the zero-terminated text at an offset."""
    return data[offset : data.index(b"\0", offset)].decode("ascii")
