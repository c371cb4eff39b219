"""WAV and AU files whose header gives no size: a program that streams cannot go back and fill it in."""

from __future__ import annotations

import struct
from typing import IO

SIZE_UNKNOWN = 0x7FFF0000
"""Sizes from here on, of about 2 and 4 GiB, are what programs announce that write to a pipe."""

_CHUNK = struct.Struct("<4sI")
_AU = struct.Struct(">4sII")


class _WithHeader:
    """A binary file, read as if its beginning were another."""

    def __init__(self, file: IO[bytes], header: bytes) -> None:
        self._file = file
        self._header = header
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        place = self._file.tell()
        data = self._file.read(size)
        header = self._header[place : place + len(data)]
        return header + data[len(header) :]


def with_sizes(file: IO[bytes]) -> _WithHeader | None:
    """Return a WAV or AU file that announces no audio, yet holds some, as one whose audio lasts to its end.

    Args:
        file: A file that can be sought in. Its position changes.

    Returns:
        What can be read and sought in, at its beginning; ``None`` when `file` is nothing of the kind.
    """
    end = file.seek(0, 2)
    file.seek(0)
    return _au_with_size(file, end) or _wav_with_sizes(file, end)


def _au_with_size(file: IO[bytes], end: int) -> _WithHeader | None:
    kind, place, size = _AU.unpack(file.read(_AU.size).ljust(_AU.size, b"\0"))
    file.seek(0)
    if kind != b".snd" or size or not _AU.size < place < end:
        return None
    return _WithHeader(file, _AU.pack(kind, place, min(end - place, 0xFFFFFFFF)))


def _wav_with_sizes(file: IO[bytes], end: int) -> _WithHeader | None:
    kind, announced = _CHUNK.unpack(file.read(8).ljust(8, b"\0"))
    if kind != b"RIFF" or file.read(4) != b"WAVE":
        return None
    place = 12
    while place + _CHUNK.size < end:
        file.seek(place)
        name, size = _CHUNK.unpack(file.read(_CHUNK.size))
        place += _CHUNK.size
        if name == b"data":
            # With a file that ends where it says, what follows an empty chunk of audio are other chunks.
            if size or 8 + announced == end:
                return None
            file.seek(0)
            header = bytearray(file.read(place))
            header[4:8] = struct.pack("<I", min(end - 8, 0xFFFFFFFF))
            header[-4:] = struct.pack("<I", min(end - place, 0xFFFFFFFF))
            file.seek(0)
            return _WithHeader(file, bytes(header))
        place += size + size % 2
    return None
