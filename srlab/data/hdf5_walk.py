"""Walks through an HDF5 file: run by `hdf5.require_sound` as a process of its own.

`python -P -m srlab.data.hdf5_walk PATH` opens the file, follows every link that the file itself
holds, reads all attributes, asks every dataset for all of its chunks, and reads its first value. A
damaged index makes the HDF5 library loop for ever or take all memory, deaf to signals that Python
handles; here the kernel ends it, after a second of computing (more for large files) or at a limit
of memory.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from math import ceil
from typing import Any

_BYTES_PER_SECOND = 100 << 20
_MEMORY = 4 << 30
_DEPTH = 8
_MOST = 100_000


def limit(size: int) -> None:
    """Have the kernel end this process where it takes more than such a file can want."""
    try:
        import resource
    except ImportError:  # Windows; the caller's deadline remains
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ceil(used.ru_utime + used.ru_stime) + 1 + size // _BYTES_PER_SECOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def walk(path: str) -> None:
    """Look at everything; raises whatever HDF5 does."""
    import h5py

    with h5py.File(path, "r") as file:
        _walk_group(file["/"], _DEPTH)


def _walk_group(group: Any, depth: int) -> None:
    """Look at what a group itself holds, and at its groups so deep; links are not followed."""
    import h5py

    _read_attributes(group)
    for key in islice(group, _MOST):
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            continue
        found = group[key]
        if isinstance(found, h5py.Dataset):
            _read_dataset(found)
        elif isinstance(found, h5py.Group) and depth:
            _walk_group(found, depth - 1)


def _read_attributes(found: Any) -> None:
    for name in list(found.attrs)[:_MOST]:
        found.attrs[name]


def _read_dataset(found: Any) -> None:
    _read_attributes(found)
    if found.is_virtual or found.external:
        return
    if found.chunks:
        found.id.get_num_chunks()
    if found.shape and found.size:
        found[(0,) * found.ndim]


if __name__ == "__main__":
    import h5py  # noqa: F401  (its import is not counted)

    limit(os.stat(sys.argv[1]).st_size)  # noqa: PTH116
    try:
        walk(sys.argv[1])
    except Exception as error:  # a stranger's file fails in any way there is
        sys.exit(f"{type(error).__name__}: {str(error)[:200]}")
