"""Writer of compound files (MS-CFB version 3): storages and streams in one file."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final, TypeAlias, Union

Storage: TypeAlias = dict[str, Union[bytes, "Storage"]]

_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass
class _Entry:
    """A directory entry; siblings form a balanced tree by ``left`` and ``right``."""

    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        head = struct.pack("<HBB", len(name) + 2, self.kind, 1)
        links = struct.pack("<III", self.left, self.right, self.child)
        tail = struct.pack("<IQQIQ", 0, 0, 0, self.start, self.size)
        return name.ljust(64, b"\0") + head + links + b"\0" * 16 + tail


class _Sectors:
    """The file's sectors and the chains that hold them together."""

    def __init__(self) -> None:
        self.content: list[bytes] = []
        self.chain: list[int] = []

    def add(self, data: bytes) -> int:
        """Append a stream and return its first sector."""
        if not data:
            return _END
        first = len(self.content)
        pieces = _cut(data, _SECTOR)
        self.content += pieces
        self.chain += [*range(first + 1, first + len(pieces)), _END]
        return first


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]


def write_compound(root: Storage) -> bytes:
    """Return a compound file that holds ``root``'s streams (bytes) and storages (dicts)."""
    entries = [_Entry("Root Entry", _ROOT)]
    _collect(root, 0, entries)
    for entry in entries:
        entry.child = _balanced(sorted(entry.children, key=lambda at: _order(entries[at])), entries)
    sectors = _Sectors()
    mini, mini_chain = bytearray(), list[int]()
    for entry in entries:
        entry.size = len(entry.data)
        if 0 < entry.size < _CUTOFF:
            pieces = _cut(entry.data, _MINI)
            entry.start = len(mini_chain)
            mini_chain += [*range(entry.start + 1, entry.start + len(pieces)), _END]
            mini += b"".join(pieces)
        elif entry.size:
            entry.start = sectors.add(entry.data)
    entries[0].start, entries[0].size = sectors.add(bytes(mini)), len(mini)
    mini_table = _cut(struct.pack(f"<{len(mini_chain)}I", *mini_chain), _SECTOR)
    mini_start = sectors.add(b"".join(piece for piece in mini_table))
    directory = b"".join(entry.packed() for entry in entries)
    blank = _Entry("", 0, start=0).packed()[:64] + struct.pack("<HBBIII", 0, 0, 0, _NONE, _NONE, _NONE)
    while len(directory) % _SECTOR:
        directory += blank.ljust(128, b"\0")
    directory_start = sectors.add(directory)
    return _assembled(sectors, directory_start, mini_start if mini_chain else _END, len(mini_table))


def _collect(storage: Storage, parent: int, entries: list[_Entry]) -> None:
    for name, content in storage.items():
        at = len(entries)
        entries[parent].children.append(at)
        if isinstance(content, dict):
            entries.append(_Entry(name, _STORAGE, start=0))
            _collect(content, at, entries)
        else:
            entries.append(_Entry(name, _STREAM, content))


def _order(entry: _Entry) -> tuple[int, str]:
    return len(entry.name), entry.name.upper()


def _balanced(ordered: list[int], entries: list[_Entry]) -> int:
    """Link ordered siblings into a tree and return its root."""
    if not ordered:
        return _NONE
    middle = len(ordered) // 2
    entry = entries[ordered[middle]]
    entry.left = _balanced(ordered[:middle], entries)
    entry.right = _balanced(ordered[middle + 1 :], entries)
    return ordered[middle]


def _assembled(sectors: _Sectors, directory_start: int, mini_start: int, mini_sectors: int) -> bytes:
    """Return header, sectors and allocation table as one file."""
    tables = 1
    while tables * (_SECTOR // 4) < len(sectors.chain) + tables:
        tables += 1
    first_table = len(sectors.content)
    chain = sectors.chain + [_FAT] * tables
    chain += [_FREE] * (tables * (_SECTOR // 4) - len(chain))
    header = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + b"\0" * 16
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIII", 0, tables, directory_start, 0, _CUTOFF, mini_start, mini_sectors, _END, 0)
        + struct.pack(f"<{tables}I", *range(first_table, first_table + tables)).ljust(436, b"\xff")
    )
    return header + b"".join(sectors.content) + struct.pack(f"<{len(chain)}I", *chain)
