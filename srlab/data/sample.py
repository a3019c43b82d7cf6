"""One image of a benchmark at one scale: where its files are, and the pair they make.

A `Sample` is small and picklable: it travels to worker processes, or, with its bytes inside, to
other machines. Nothing is read before `load`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srlab.data.degradation import DEGRADATIONS, prepare_given
from srlab.data.luma import Luma
from srlab.data.plane import Plane
from srlab.errors import ImageUnreadableError
from srlab.fingerprint import pixel_digest
from srlab.image.files import ImageSource, decode


@dataclass(frozen=True, kw_only=True)
class Pair:
    """hr and lr, uint8 (H, W) or (H, W, 3), with lr exactly hr // scale (or hr's size: enlarged).

    The notes say what was done to the content of each file. The bytes are those of the
    original files where they decode to exactly these pixels and may be kept as they are. `luma`
    is there where an evaluation file gives both: the levels as they were before rounding.
    """

    hr: NDArray[np.uint8]
    lr: NDArray[np.uint8]
    hr_bytes: bytes | None
    lr_bytes: bytes | None
    hr_notes: tuple[str, ...] = ()
    lr_notes: tuple[str, ...] = ()
    luma: Luma | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One image at one scale; `lr_source` is there exactly where `degradation` is "given".

    A given lr is of an `lr_kind` (see the module of that name), set by who reads the whole set.
    Its lr is `enlarged` to the size of hr only in evaluation files, and then only its luma counts.
    """

    benchmark: str
    name: str
    scale: int
    hr_source: ImageSource | Plane = field(repr=False)
    lr_source: ImageSource | Plane | None = field(default=None, repr=False)
    degradation: str
    lr_kind: str = ""
    enlarged: bool = False

    def load(self) -> Pair:
        """The pair, each file read and decoded.

        Raises an ImageError for a file that does not decode or a pair that does not fit together.
        """
        hr_bytes = _read(self.hr_source)
        original = decode(hr_bytes, name=self._label("hr"))
        lr_notes, lr_bytes = (), None
        if self.lr_source is None:
            hr, lr = DEGRADATIONS[self.degradation](original.pixels, self.scale)
        else:
            lr_bytes = _read(self.lr_source)
            given = decode(lr_bytes, name=self._label("lr"))
            hr, lr, lr_notes = original.pixels, given.pixels, given.notes
            if not self.enlarged:
                hr, lr = prepare_given(hr, lr, self.scale)
            lr_bytes = lr_bytes if given.verbatim else None
        unchanged = original.verbatim and hr.shape == original.pixels.shape
        return Pair(
            hr=hr,
            lr=lr,
            hr_bytes=hr_bytes if unchanged else None,
            lr_bytes=lr_bytes,
            hr_notes=original.notes + self._rounding(),
            lr_notes=lr_notes,
            luma=self._given_luma(),
        )

    def with_bytes(self) -> Sample:
        """The same sample with its files' bytes inside, for a machine without the files."""
        lr = None if self.lr_source is None else _held(self.lr_source)
        return replace(self, hr_source=_held(self.hr_source), lr_source=lr)

    def named(self, side: str) -> str:
        """The file of `side`, hr or lr, in short: its folder and its name."""
        source = self.hr_source if side == "hr" else self.lr_source
        place = source.path if isinstance(source, Plane) else source
        return short_name(place) if isinstance(place, Path) else self._label(side)

    def _label(self, side: str) -> str:
        source = self.hr_source if side == "hr" else self.lr_source
        if isinstance(source, Path | Plane):
            return str(source)
        return f"{side} of {self.benchmark}/{self.name} x{self.scale}"

    def _given_luma(self) -> Luma | None:
        if not isinstance(self.hr_source, Plane) or not isinstance(self.lr_source, Plane):
            return None
        hr, lr = self.hr_source.levels(), self.lr_source.levels()
        return Luma(hr=hr, lr=None if self.enlarged else lr, enlarged=lr if self.enlarged else None)

    def _rounding(self) -> tuple[str, ...]:
        if not isinstance(self.hr_source, Plane):
            return ()
        return ("float luma is rounded to 8 bits",)


def short_name(path: Path) -> str:
    """The name of a file after that of its folder."""
    return f"{path.parent.name}/{path.name}"


def source_digest(source: ImageSource) -> bytes:
    """16 bytes that stand for the pixels of an image file, whatever its file format."""
    return pixel_digest(decode(source).pixels)


def _held(source: ImageSource | Plane) -> bytes | Plane:
    return source.with_bytes() if isinstance(source, Plane) else _read(source)


def _read(source: ImageSource | Plane) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise ImageUnreadableError(
            f"{source} cannot be read ({error.strerror}); check the file and its permissions"
        ) from error
