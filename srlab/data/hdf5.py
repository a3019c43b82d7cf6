"""HDF5 of strangers is looked through by another process before this one opens it.

*Problem*: one bit turned in a file's B-tree makes the HDF5 library loop for ever inside C, deaf to
every signal that Python handles, and others take all memory or crash the process. *Choice*: a
child process with limits walks through the file first (`hdf5_walk`); what it does not survive is
an error by name. *Consequence*: a fifth of a second for each file and process; a file that changes
after it was looked at is looked at again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from srlab.errors import SrlabError
from srlab.file_state import FileState, file_state

DEADLINE_SECONDS = 60
_sound: set[tuple[str, FileState]] = set()


def require_sound(path: Path, error: type[SrlabError]) -> None:
    """Raise `error` unless the HDF5 file at `path` can be walked through."""
    try:
        known = str(path.resolve()), file_state(path)
    except OSError as cause:
        raise error(f"{path} cannot be read: {cause.strerror}") from cause
    if known in _sound:
        return
    if not path.is_file():
        raise error(f"{path} is no file; expected HDF5")
    reason = _walked(path)
    if reason:
        raise error(f"{path} cannot be read as HDF5 ({reason}); copy or make it again")
    _sound.add(known)


def _walked(path: Path) -> str:
    """Why a file cannot be walked through; empty where it can."""
    command = [sys.executable, "-P", "-m", "srlab.data.hdf5_walk", str(path.absolute())]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=DEADLINE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "damaged: the HDF5 library does not come to an end with it"
    if done.returncode == 0:
        return ""
    if done.returncode < 0:
        return "damaged: the HDF5 library does not come to an end with it, or crashes"
    lines = done.stderr.strip().splitlines()
    return lines[-1][:200] if lines else f"exit code {done.returncode}"
