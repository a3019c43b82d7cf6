"""HDF5 of strangers: what makes the library loop or crash is an error by name, and soon."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

from srlab.data.hdf5 import require_sound
from srlab.errors import BenchmarkError, PatchesError, SrlabError
from srlab.train.patches import open_patches

SECONDS = 30
"""For one file on a busy machine; the walk itself may compute for a second."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A chunked file with attributes, as patches have."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver="v110") as opened:
        opened.attrs.update(format="f", version=1, plan="p" * 200)
        for name in ("x", "y"):
            opened.create_dataset(
                name, data=np.arange(4000, dtype=np.uint8).reshape(40, 10, 10), chunks=(4, 10, 10)
            )
    return path


def test_a_sound_file_is_walked_through_once(file: Path, monkeypatch) -> None:
    require_sound(file, BenchmarkError)
    monkeypatch.setattr("srlab.data.hdf5._walked", lambda path: "looked at again")
    require_sound(file, BenchmarkError)
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(BenchmarkError, match="looked at again"):
        require_sound(file, BenchmarkError)


def test_turned_bits_end_soon_and_by_name(file: Path) -> None:
    """A small fixed corpus of damage: some opens, some is refused, nothing hangs or crashes."""
    content, chance = file.read_bytes(), random.Random(0)
    for number in range(8):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[chance.randrange(len(damaged) // 4)] ^= 1 << chance.randrange(8)
        path = file.with_name(f"{number}.h5")
        path.write_bytes(damaged)
        start = time.monotonic()
        with suppress(SrlabError):
            open_patches(path).close()
        assert time.monotonic() - start < SECONDS


def test_a_file_that_made_the_library_loop_is_refused(shared: Path) -> None:
    with pytest.raises(PatchesError, match="does not come to an end"):
        open_patches(shared / "cases/files/patches-one-bit.h5")


@pytest.mark.parametrize("content", [b"", b"no hdf5", b"\x89HDF\r\n\x1a\n" + b"\0" * 64])
def test_what_is_no_hdf5_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.h5").write_bytes(content)
    with pytest.raises(BenchmarkError, match="cannot be read as HDF5"):
        require_sound(tmp_path / "a.h5", BenchmarkError)
    with pytest.raises(BenchmarkError, match="cannot be read"):
        require_sound(tmp_path / "none.h5", BenchmarkError)
