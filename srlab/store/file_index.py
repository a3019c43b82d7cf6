"""The second look at a file is cheap: digests by path, size, times and inode.

Size and modification time alone can be forged by `cp -p` and by unpacking; the time of the last
change to the inode cannot.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from srlab.errors import StoreFullError, StoreReadOnlyError
from srlab.store.shards import now
from srlab.store.store import Store

_SETTLED_NS = 2_000_000_000
"""A file changed less than this ago may change again within one tick of its clock."""


class _State(NamedTuple):
    """What tells a file that was read from one that changed since."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class FileIndex:
    """Digests of files, remembered in the store; a file that changed is read again.

    `kind` says what was digested ("pixels", "content"). New digests are kept by `save`; where the
    store cannot be written they are computed again next time, which costs time and nothing else.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, str], tuple[_State, bytes]] | None = None
        self._new: list[dict] = []

    def digest(self, path: Path, kind: str, compute: Callable[[Path], bytes]) -> bytes:
        """The digest of `path`, remembered or computed now."""
        path = path.resolve()
        state = _state_of(path)
        known = self._load().get((str(path), kind))
        if known is not None and known[0] == state:
            return known[1]
        digest = compute(path)
        if time.time_ns() - state.mtime_ns > _SETTLED_NS and _can_be_kept(path):
            self._load()[str(path), kind] = (state, digest)
            row = {"path": str(path), "kind": kind, "digest": digest, "time": now()}
            self._new.append({**row, **state._asdict()})
        return digest

    def save(self) -> None:
        """Keep what was computed."""
        rows, self._new = self._new, []
        try:
            self._store.append("files", rows)
        except (StoreReadOnlyError, StoreFullError):
            return

    def _load(self) -> dict[tuple[str, str], tuple[_State, bytes]]:
        if self._known is None:
            columns = ", ".join(_State._fields)
            rows = self._store.rows(
                f"SELECT path, kind, digest, {columns} FROM files", tables=("files",)
            )
            self._known = {
                (path, kind): (_State(*state), bytes(digest)) for path, kind, digest, *state in rows
            }
        return self._known


def _state_of(path: Path) -> _State:
    state = path.stat()
    inode = state.st_ino if state.st_ino < 1 << 63 else 0
    return _State(state.st_size, state.st_mtime_ns, state.st_ctime_ns, inode)


def _can_be_kept(path: Path) -> bool:
    """Whether the name is UTF-8, as columns of text must be."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
