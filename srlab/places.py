"""What is at a path that a person or a file names.

A name that cannot be one (over 255 bytes, say) is not there; `Path`'s own questions raise OSError
for it, and its `expanduser` RuntimeError for an unknown `~user`.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_folder(path: Path | str) -> bool:
    """Whether there is a folder at `path`."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: Path | str) -> bool:
    """Whether there is a file at `path`."""
    return os.path.isfile(path)  # noqa: PTH113


def is_there(path: Path | str) -> bool:
    """Whether there is anything at `path`."""
    return os.path.exists(path)  # noqa: PTH110


def expanded(text: str) -> Path:
    """The path that `text` says, `~` being the home of who runs this."""
    return Path(os.path.expanduser(text))  # noqa: PTH111
