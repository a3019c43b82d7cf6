"""The second look at a file is cheap: digests by path, size and modification time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from srlab.errors import StoreFullError, StoreReadOnlyError
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
        self._known: dict[tuple[str, str], tuple[int, int, bytes]] | None = None
        self._new: list[dict] = []

    def digest(self, path: Path, kind: str, compute: Callable[[Path], bytes]) -> bytes:
        """The digest of `path`, remembered or computed now."""
        path = path.resolve()
        state = path.stat()
        known = self._load().get((str(path), kind))
        if known is not None and known[:2] == (state.st_size, state.st_mtime_ns):
            return known[2]
        digest = compute(path)
        if time.time_ns() - state.st_mtime_ns > _SETTLED_NS and _can_be_kept(path):
            self._load()[str(path), kind] = (state.st_size, state.st_mtime_ns, digest)
            self._new.append(
                {
                    "path": str(path),
                    "kind": kind,
                    "size": state.st_size,
                    "mtime_ns": state.st_mtime_ns,
                    "digest": digest,
                    "time": now(),
                }
            )
        return digest

    def save(self) -> None:
        """Keep what was computed."""
        rows, self._new = self._new, []
        try:
            self._store.append("files", rows)
        except (StoreReadOnlyError, StoreFullError):
            return

    def _load(self) -> dict[tuple[str, str], tuple[int, int, bytes]]:
        if self._known is None:
            rows = self._store.rows(
                "SELECT path, kind, size, mtime_ns, digest FROM files", tables=("files",)
            )
            self._known = {
                (path, kind): (size, mtime_ns, bytes(digest))
                for path, kind, size, mtime_ns, digest in rows
            }
        return self._known


def _can_be_kept(path: Path) -> bool:
    """Whether the name is UTF-8, as columns of text must be."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
