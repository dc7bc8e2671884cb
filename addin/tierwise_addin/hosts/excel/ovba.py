"""VBA projects on any system: read one, take modules out or put them in, write it again.

Projects are kept as source only (no compiled cache), which Excel compiles when it loads them. Formats:
MS-OVBA sections 2.3.4.2 (the ``dir`` stream) and 2.4.1 (compression), MS-CFB version 3 (in
:mod:`tierwise_addin.hosts.excel.compound`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from tierwise_addin.hosts.excel.compound import Storage, write_compound

_CHUNK: Final = 4096
_MODULES, _MODULE, _END = 0x000F, 0x0019, 0x0010
_OFFSET = 0x0031


def decompress(data: bytes) -> bytes:
    """Return the bytes of a compressed container."""
    out = bytearray()
    at = 1
    while at < len(data):
        (header,) = struct.unpack_from("<H", data, at)
        end = min(len(data), at + (header & 0x0FFF) + 3)
        at += 2
        if header & 0x8000:
            _decompress_chunk(data[at:end], out)
        else:
            out += data[at : at + _CHUNK]
        at = end
    return bytes(out)


def _decompress_chunk(chunk: bytes, out: bytearray) -> None:
    start, at = len(out), 0
    while at < len(chunk):
        flags = chunk[at]
        at += 1
        for bit in range(8):
            if at >= len(chunk):
                return
            if not flags >> bit & 1:
                out.append(chunk[at])
                at += 1
                continue
            (token,) = struct.unpack_from("<H", chunk, at)
            at += 2
            bits = _offset_bits(len(out) - start)
            length, back = (token & (0xFFFF >> bits)) + 3, (token >> (16 - bits)) + 1
            for _ in range(length):
                out.append(out[-back])


def _offset_bits(position: int) -> int:
    """Return how many bits of a copy token hold the offset, at a position in the chunk."""
    return max((position - 1).bit_length(), 4)


def compress(data: bytes) -> bytes:
    """Return a compressed container: repeats of three bytes and more become copy tokens."""
    out = bytearray(b"\x01")
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        body = _compress_chunk(chunk)
        if len(body) > _CHUNK:
            out += struct.pack("<H", 0x3FFF) + chunk.ljust(_CHUNK, b"\0")
        else:
            out += struct.pack("<H", 0xB000 | (len(body) - 1)) + body
    return bytes(out)


def _compress_chunk(chunk: bytes) -> bytes:
    body = bytearray()
    seen: dict[bytes, int] = {}
    at = 0
    while at < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            length, back = _repeat(chunk, at, seen.get(chunk[at : at + 3]))
            if length:
                flags |= 1 << bit
                bits = _offset_bits(at)
                tokens += struct.pack("<H", (back - 1) << (16 - bits) | (length - 3))
            else:
                tokens.append(chunk[at])
            for passed in range(at, at + max(length, 1)):
                seen[chunk[passed : passed + 3]] = passed
            at += max(length, 1)
        body.append(flags)
        body += tokens
    return bytes(body)


def _repeat(chunk: bytes, at: int, earlier: int | None) -> tuple[int, int]:
    """Return length of and distance to an earlier run equal to the bytes at ``at``; (0, 0) for none."""
    if earlier is None or at + 3 > len(chunk):
        return 0, 0
    most = min((0xFFFF >> _offset_bits(at)) + 3, len(chunk) - at)
    length = 3
    while length < most and chunk[earlier + length] == chunk[at + length]:
        length += 1
    return length, at - earlier


@dataclass(frozen=True)
class Module:
    """A module: its record in the ``dir`` stream, and its stream."""

    name: str
    record: bytes
    stream: bytes

    @classmethod
    def standard(cls, name: str, source: str) -> Module:
        """Return a standard module of VBA source."""
        text = f'Attribute VB_Name = "{name}"\n{source}'.replace("\r\n", "\n").replace("\n", "\r\n")
        ascii_name, wide_name = name.encode("ascii"), name.encode("utf-16-le")
        record = b"".join(
            _record(number, content)
            for number, content in (
                (_MODULE, ascii_name),
                (0x47, wide_name),
                (0x1A, ascii_name),
                (0x32, wide_name),
                (0x1C, b""),
                (0x48, b""),
                (_OFFSET, struct.pack("<I", 0)),
                (0x1E, struct.pack("<I", 0)),
                (0x2C, b"\xff\xff"),
                (0x21, b""),
                (0x2B, b""),
            )
        )
        return cls(name, record, compress(text.encode("cp1252")))

    @property
    def source(self) -> str:
        """The VBA source, with its attribute lines."""
        offsets = [content for number, content in _records(self.record) if number == _OFFSET]
        (offset,) = struct.unpack("<I", offsets[0])
        return decompress(self.stream[offset:]).decode("cp1252")


@dataclass(frozen=True)
class Project:
    """A VBA project: what stands before the modules, the modules, the project's text."""

    head: bytes
    cookie: bytes
    modules: tuple[Module, ...]
    text: str
    cache: bytes

    @classmethod
    def read(cls, data: bytes) -> Project:
        """Return the project in a ``vbaProject.bin``."""
        import olefile

        with olefile.OleFileIO(BytesIO(data)) as stored:

            def stream(*path: str) -> bytes:
                return bytes(stored.openstream([*path]).read())

            directory = decompress(stream("VBA", "dir"))
            start = directory.index(struct.pack("<HI", _MODULES, 2))
            (_, _), (_, cookie), *records = _records(directory[start:])
            modules = [Module(name, record, stream("VBA", name)) for name, record in _split_modules(records)]
            text = stream("PROJECT").decode("cp1252")
            return cls(directory[:start], cookie, tuple(modules), text, stream("VBA", "_VBA_PROJECT"))

    def named(self, name: str) -> Project:
        """Return the project under another name."""
        old = self.text.split('Name="')[1].split('"')[0]
        head = self.head.replace(_record(0x04, old.encode("ascii")), _record(0x04, name.encode("ascii")))
        return replace(self, head=head, text=self.text.replace(f'Name="{old}"', f'Name="{name}"'))

    def module(self, name: str) -> Module:
        """Return a module."""
        return next(module for module in self.modules if module.name == name)

    def without(self, name: str) -> Project:
        """Return the project without one standard module."""
        lines = [
            line
            for line in self.text.split("\r\n")
            if line != f"Module={name}" and not line.startswith(f"{name}=")
        ]
        kept = tuple(module for module in self.modules if module.name != name)
        return replace(self, modules=kept, text="\r\n".join(lines))

    def with_module(self, name: str, source: str) -> Project:
        """Return the project with one more standard module."""
        before, after = self.text.split("Name=", 1)
        text = f"{before}Module={name}\r\nName={after}".rstrip("\r\n") + f"\r\n{name}=0, 0, 0, 0, C\r\n"
        return replace(self, modules=(*self.modules, Module.standard(name, source)), text=text)

    def write(self) -> bytes:
        """Return the project as a ``vbaProject.bin``."""
        counted = struct.pack("<H", len(self.modules))
        directory = b"".join(
            (
                self.head,
                _record(_MODULES, counted),
                _record(0x13, self.cookie),
                *(module.record for module in self.modules),
                _record(_END, b""),
            )
        )
        names = b"".join(
            module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
            for module in self.modules
        )
        vba: Storage = {"_VBA_PROJECT": self.cache, "dir": compress(directory)}
        vba |= {module.name: module.stream for module in self.modules}
        return write_compound(
            {"PROJECT": self.text.encode("cp1252"), "PROJECTwm": names + b"\0\0", "VBA": vba}
        )


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 6 <= len(data):
        number, size = struct.unpack_from("<HI", data, at)
        yield number, data[at + 6 : at + 6 + size]
        at += 6 + size


def _split_modules(records: list[tuple[int, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Return name and record of each module."""
    name, record = "", b""
    for number, content in records:
        if number in (_MODULE, _END):
            if record:
                yield name, record
            name, record = content.decode("cp1252"), b""
        record += _record(number, content)
