"""Writing a file whole or not at all, and saying plainly why it could not be written."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from srlab.errors import StoreError, StoreFullError, StoreReadOnlyError

TEMPORARY_PREFIX = ".tmp-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put `content` at `path` so that no reader ever sees a part of it.

    Written to a temporary name beside it, fsynced when `durable`, then renamed. Raises
    StoreFullError or StoreReadOnlyError; nothing is left behind then.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}-{path.name}")
    with named_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        if durable:
            _sync_folder(path.parent)


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals into errors that say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFullError(
                f"no room for {path}: {error.strerror}; make room (`srlab store gc` removes "
                "images that no score refers to) and run again, only what is missing is done"
            ) from error
        if error.errno in _READ_ONLY:
            raise StoreReadOnlyError(
                f"{path} may not be written: {error.strerror}; name a store that you may write "
                "with --store FOLDER (or SRLAB_STORE)"
            ) from error
        raise StoreError(f"{path} could not be written: {error}") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
