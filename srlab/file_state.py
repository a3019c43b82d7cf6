"""What tells a file that was read from one that changed since.

Size and modification time alone can be forged by `cp -p` and by unpacking; the time of the last
change to the inode cannot.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class FileState(NamedTuple):
    """Size in bytes, times in nanoseconds, and inode (0 where it does not fit 63 bits)."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def file_state(path: Path) -> FileState:
    """The state of the file at `path`; raises OSError where there is none."""
    state = path.stat()
    inode = state.st_ino if state.st_ino < 1 << 63 else 0
    return FileState(state.st_size, state.st_mtime_ns, state.st_ctime_ns, inode)
