"""One image inside an HDF5 file: a plane of float luma, checked before it is read.

A file may come from a stranger. What leads out of it (soft and external links, external and
virtual storage) is refused, and sizes are bounded before anything is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from srlab.data.hdf5 import require_sound
from srlab.errors import BenchmarkError, ImageTooLargeError, ImageUnreadableError, SrlabError
from srlab.fingerprint import pixel_digest
from srlab.image.color import to_uint8
from srlab.image.files import MAX_PIXELS, encode_png

if TYPE_CHECKING:
    import h5py

LAYOUT = (
    "groups `hr` and `lr` with one dataset per image, (H, W), float, grey levels from 0 to 255; "
    "`srlab pack` writes such a file"
)


@dataclass(frozen=True, kw_only=True)
class Plane:
    """The dataset `group/key` of the HDF5 file at `path`; `held` are its levels as an npy.

    Where 8 bits are wanted it stands for a grey image file whose levels are the rounded ones.
    """

    path: Path
    group: str
    key: str
    held: bytes | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.place}"

    @property
    def place(self) -> str:
        """Where it is inside the file."""
        return f"{self.group}/{self.key}"

    def levels(self) -> NDArray[np.float32]:
        """Grey levels 0 to 255, float32 (H, W), as the file has them.

        Raises ImageUnreadableError for what cannot be read, is not finite or out of range,
        BenchmarkError for what is no plane.
        """
        if self.held is not None:
            return np.load(BytesIO(self.held), allow_pickle=False)
        with opened(self.path, ImageUnreadableError) as file:
            levels = dataset(file, self.group, self.key)[()]
        self._check_range(levels)
        return levels.astype(np.float32)

    def digest(self) -> bytes:
        """16 bytes that stand for the float levels."""
        return pixel_digest(self.levels())

    def rounded_digest(self) -> bytes:
        """16 bytes that stand for the levels rounded to 8 bits, as for those of an image file."""
        return pixel_digest(to_uint8(self.levels()))

    def read_bytes(self) -> bytes:
        """A PNG of the levels rounded to 8 bits."""
        return encode_png(to_uint8(self.levels()))

    def with_bytes(self) -> Plane:
        """The same plane with its levels inside, for a machine without the file."""
        buffer = BytesIO()
        np.save(buffer, self.levels(), allow_pickle=False)
        return replace(self, held=buffer.getvalue())

    def _check_range(self, levels: NDArray[np.generic]) -> None:
        if not np.isfinite(levels).all():
            wrong = "holds nan or infinity"
        elif levels.min() < 0 or levels.max() > 255:
            wrong = f"runs from {levels.min():g} to {levels.max():g}"
        elif levels.dtype.kind == "f" and 0 < levels.max() <= 1:
            wrong = f"never exceeds {levels.max():g}, as if white were 1"
        else:
            return
        raise ImageUnreadableError(f"{self} {wrong}; expected grey levels from 0 to 255")


@contextmanager
def opened(path: Path, error: type[SrlabError]) -> Iterator[h5py.File]:
    """The HDF5 file, open for reading; whatever HDF5 raises meanwhile becomes `error`."""
    import h5py

    try:
        require_sound(path, error)
        with h5py.File(path, "r") as file:
            yield file
    except SrlabError:
        raise
    except Exception as cause:  # HDF5 gives OSError, KeyError, RuntimeError, ValueError, …
        raise error(
            f"{path} cannot be read as HDF5 ({str(cause)[:120]}); expected {LAYOUT}"
        ) from cause


def group(file: h5py.File, name: str) -> h5py.Group:
    """The group `name`, held by the file itself; raises BenchmarkError for anything else."""
    import h5py

    found = file[name] if isinstance(file.get(name, getlink=True), h5py.HardLink) else None
    if not isinstance(found, h5py.Group):
        holds = ", ".join(sorted(map(repr, file))[:4]) or "nothing"
        raise BenchmarkError(
            f"{file.filename} is an HDF5 without a group {name!r} of its own (it holds {holds}); "
            f"expected {LAYOUT}"
        )
    return found


def dataset(file: h5py.File, side: str, key: str) -> h5py.Dataset:
    """The dataset of one image, not read yet; raises BenchmarkError, ImageTooLargeError."""
    import h5py

    place = f"{file.filename}:{side}/{key}"
    home = group(file, side)
    if not isinstance(home.get(key, getlink=True), h5py.HardLink):
        raise BenchmarkError(f"{place} is a link to elsewhere; expected {LAYOUT}")
    found = home[key]
    if not isinstance(found, h5py.Dataset):
        raise BenchmarkError(f"{place} is no dataset; expected {LAYOUT}")
    if found.is_virtual or found.external:
        raise BenchmarkError(f"{place} is stored outside of the file; expected {LAYOUT}")
    levels = found.dtype.kind == "f" or found.dtype == np.uint8
    if found.ndim != 2 or not found.size or not levels:
        raise BenchmarkError(f"{place} is {found.dtype} of shape {found.shape}; expected {LAYOUT}")
    at_once = max(found.size, int(np.prod(found.chunks or (0,), dtype=np.float64)))
    if at_once > MAX_PIXELS:
        raise ImageTooLargeError(
            f"{place} announces {at_once:,} pixels; at most {MAX_PIXELS:,} are read"
        )
    return found
