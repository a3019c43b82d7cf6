"""The second look at a file is cheap: digests by path, size, times and inode."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from srlab.errors import StoreFullError, StoreReadOnlyError
from srlab.file_state import FileState, file_state
from srlab.store.shards import now
from srlab.store.store import Store

_SETTLED_NS = 2_000_000_000
"""A file changed less than this ago may change again within one tick of its clock."""


class FileIndex:
    """Digests of files, remembered in the store; a file that changed is read again.

    `kind` says what was digested ("pixels", "content"). New digests are kept by `save`; where the
    store cannot be written they are computed again next time, which costs time and nothing else.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, str], tuple[FileState, bytes]] | None = None
        self._new: list[dict] = []

    def digest(self, path: Path, kind: str, compute: Callable[[Path], bytes]) -> bytes:
        """The digest of `path`, remembered or computed now."""
        path = path.resolve()
        state = file_state(path)
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

    def _load(self) -> dict[tuple[str, str], tuple[FileState, bytes]]:
        if self._known is None:
            columns = ", ".join(FileState._fields)
            rows = self._store.rows(
                f"SELECT path, kind, digest, {columns} FROM files", tables=("files",)
            )
            self._known = {
                (path, kind): (FileState(*state), bytes(digest))
                for path, kind, digest, *state in rows
            }
        return self._known


def _can_be_kept(path: Path) -> bool:
    """Whether the name is UTF-8, as columns of text must be."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
