"""`srlab prepare`: a folder of images becomes one compressed uint8 HDF5 of patches.

Each image's patches are first written whole to a file of their own beside the target, so that a
killed preparation goes on with the next image; then all are put together, the same bytes whether
or not it was interrupted.

The file: datasets `x` (N, h, w, c) and `y` (N, H, W, c), uint8, in order of image and place;
attributes `format`, `version`, and `plan`, the JSON of what it was made of and how.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from srlab.data.hdf5 import require_sound
from srlab.errors import PatchesError, Progress, Silent, TrainingError
from srlab.fingerprint import canonical_json, digest, json_object
from srlab.image.files import image_size
from srlab.image.notes import Notes
from srlab.store.files import named_errors, write_whole
from srlab.train.broken import all_broken_named
from srlab.train.pairs import Pixels, TrainingFiles, factor, make_pair, training_files
from srlab.train.upscaler_recipe import UpscalerRecipe

FORMAT, VERSION = "srlab-patches", 1
_ROWS_PER_CHUNK = 64


@dataclass(frozen=True, kw_only=True)
class PatchPlan:
    """Which patches there will be, known from the images' headers alone."""

    files: tuple[Path, ...]
    chosen: tuple[NDArray[np.int64], ...]
    """For each file the numbers of its chosen places, row by row."""
    facts: dict[str, Any]
    x_bytes: int
    y_bytes: int
    too_small: tuple[Path, ...]

    @property
    def count(self) -> int:
        """All patches."""
        return sum(len(places) for places in self.chosen)

    def shape(self, name: str) -> tuple[int, int, int, int]:
        """(N, h, w, c) of the dataset `x` or `y`."""
        size, channels = self.facts["size"], self.facts["channels"]
        side = size * self.facts["scale"] if name == "y" and self.facts["native_lr"] else size
        return self.count, side, side, channels

    @property
    def raw_bytes(self) -> int:
        """Bytes of all patches before compression."""
        return self.count * (self.x_bytes + self.y_bytes)

    def in_words(self) -> str:
        """The announcement: how many, and how large at most."""
        return (
            f"{self.count:,} patches of {len(self.files)} images, "
            f"{self.raw_bytes / 1e6:,.1f} MB before compression"
        )


def plan_patches(recipe: UpscalerRecipe, files: TrainingFiles | None = None) -> PatchPlan:
    """What `prepare` would write. Raises TrainingError where no image is as large as a patch."""
    files = files or training_files(recipe)
    size, side = recipe.patches.size, recipe.patches.size * factor(recipe)
    counts, large, small = [], [], []
    for path in files.train:
        rows, columns = _places(_input_size(image_size(path), recipe), recipe)
        if rows * columns:
            counts.append(rows * columns)
            large.append(path)
        else:
            small.append(path)
    if not large:
        raise TrainingError(
            f"none of {len(files.train)} images is as large as a patch, {size}x{size} pixels of "
            "the net's input; choose a smaller [patches] size or larger images"
        )
    facts = {
        "size": size,
        "stride": recipe.patches.stride,
        "scale": recipe.net.scale,
        "channels": recipe.net.channels,
        "native_lr": recipe.net.enlarges,
        "max_patches": recipe.patches.max_patches,
        "degradation": recipe.data.degradation,
        "seed": recipe.training.seed,
        "recipe": recipe.digest.hex(),
        "data": files.facts(),
    }
    return PatchPlan(
        files=tuple(large),
        chosen=_choose(counts, recipe.patches.max_patches, recipe.training.seed),
        facts=facts,
        x_bytes=size * size * recipe.net.channels,
        y_bytes=side * side * recipe.net.channels,
        too_small=tuple(small),
    )


def prepare(recipe: UpscalerRecipe, *, out: Path, progress: Progress | None = None) -> Path:
    """The HDF5 of the recipe's patches, made where it is not there yet; its path.

    It is the recipe's `file`, or `patches.h5` in `out`. Raises PatchesError where that is
    something else, TrainingError as `plan_patches` does.
    """
    progress, files = progress or Silent(), training_files(recipe)
    with all_broken_named(files.by_name):
        return _prepared(recipe, files, out, progress)


def _prepared(recipe: UpscalerRecipe, files: TrainingFiles, out: Path, progress: Progress) -> Path:
    plan = plan_patches(recipe, files)
    for line in files.below:
        progress.warn(line)
    path = recipe.path(recipe.patches.file) if recipe.patches.file else out / "patches.h5"
    parts = path.with_name(f".{path.stem}-{digest(plan.facts).hex()[:16]}.parts")
    if path.exists():
        with open_patches(path) as file:
            _require_plan(file, plan, path)
        shutil.rmtree(parts, ignore_errors=True)
        return path
    with named_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock")
        with FileLock(lock):
            if not path.exists():  # another process may have made it meanwhile
                _make(path, parts, plan, recipe, progress)
        lock.unlink(missing_ok=True)  # who waits for it finds the file made
    return path


def _make(
    path: Path, parts: Path, plan: PatchPlan, recipe: UpscalerRecipe, progress: Progress
) -> None:
    """Cut every image's patches, and put them together."""
    for left in path.parent.glob(f".tmp-*-{path.name}"):
        left.unlink(missing_ok=True)  # of a process that was killed
    for small in plan.too_small:
        size = recipe.patches.size
        progress.warn(f"{small} is left out: a patch of {size}x{size} does not fit into it")
    notes = Notes()
    progress.start(f"prepare {plan.in_words()}", len(plan.files))
    for index, image in enumerate(plan.files):
        part = parts / f"{index:06d}.npz"
        if len(plan.chosen[index]) and not _whole(part):
            write_whole(part, _cut(image, plan.chosen[index], recipe, notes))
        progress.advance(image.stem)
    progress.finish()
    for line in notes.lines():
        progress.warn(line)
    _require_room(path, parts)
    progress.start(f"put {plan.count:,} patches together", 2 * len(plan.files))
    _put_together(path, parts, plan, progress)
    progress.finish()
    shutil.rmtree(parts)


def _require_room(path: Path, parts: Path) -> None:
    """Raise TrainingError before HDF5 meets a full disk, which it does not survive.

    The parts are compressed alike, so the file will be about as large as they are.
    """
    needed = sum(part.stat().st_size for part in parts.glob("*.npz"))
    free = shutil.disk_usage(path.parent).free
    if free < 1.2 * needed:
        raise TrainingError(
            f"{path.parent} has {free / 1e6:,.1f} MB left, and the patches need about "
            f"{1.2 * needed / 1e6:,.1f}; make room, lower max_patches, or name another folder"
        )


def open_patches(path: Path) -> h5py.File:
    """A file of patches, open for reading; raises PatchesError for anything else."""
    require_sound(path, PatchesError)
    try:
        file = h5py.File(path, "r")
    except Exception as error:  # HDF5 gives OSError, KeyError, RuntimeError, ValueError, …
        raise PatchesError(
            f"{path} is no HDF5 that can be read ({str(error)[:120]}); `srlab prepare` makes one"
        ) from error
    try:
        _check(file, path)
    except PatchesError:
        file.close()
        raise
    except Exception as error:
        file.close()
        raise PatchesError(
            f"{path} is damaged ({type(error).__name__}: {str(error)[:120]}); remove it and "
            "prepare it again"
        ) from error
    return file


def patch_rows(file: h5py.File, name: str, chosen: NDArray[np.int64] | slice) -> Pixels:
    """The chosen rows of `x` or `y`; raises PatchesError where they do not decompress."""
    try:
        return file[name][chosen]  # pyright: ignore
    except (OSError, RuntimeError, ValueError) as error:
        raise PatchesError(
            f"{file.filename}: {name} is damaged ({str(error)[:120]}); remove it and prepare it "
            "again"
        ) from error


def _check(file: h5py.File, path: Path) -> None:
    if file.attrs.get("format") != FORMAT or file.attrs.get("version") != VERSION:
        raise PatchesError(
            f"{path} is an HDF5, but not of srlab's patches (it holds "
            f"{', '.join(sorted(file)[:4]) or 'nothing'}); name another [patches] file, which "
            "`srlab prepare` then makes"
        )
    x, y = (_own(file, name) for name in ("x", "y"))
    if x is None or y is None:
        raise PatchesError(
            f"{path} lacks x and y, or they are stored elsewhere; remove it and prepare it again"
        )
    fits = x.dtype == y.dtype == np.uint8 and x.ndim == y.ndim == 4 and len(x) == len(y) > 0
    if not fits:
        raise PatchesError(
            f"{path} holds x {x.shape} {x.dtype} and y {y.shape} {y.dtype}; expected as many "
            "uint8 patches (N, h, w, c) of both; remove it and prepare it again"
        )


def _own(file: h5py.File, name: str) -> h5py.Dataset | None:
    """The dataset `name` where the file itself holds it: no link, nothing virtual or external."""
    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        return None
    found = file[name]
    if not isinstance(found, h5py.Dataset) or found.is_virtual or found.external:
        return None
    return found


def _require_plan(file: h5py.File, plan: PatchPlan, path: Path) -> None:
    made = json_object(str(file.attrs.get("plan")))
    wanted = {**plan.facts, "recipe": made.get("recipe")}
    if canonical_json(made) != canonical_json(wanted):
        other = next(key for key in wanted if made.get(key) != wanted[key])
        raise PatchesError(
            f"{path} was made with {other} {made.get(other)!r}, the recipe wants "
            f"{wanted[other]!r}; remove it, or name another [patches] file"
        )
    shapes = tuple((file[name].shape, plan.shape(name)) for name in ("x", "y"))  # pyright: ignore
    if other := next((pair for pair in shapes if pair[0] != pair[1]), None):
        raise PatchesError(
            f"{path} holds patches of shape {other[0]}, the recipe wants {other[1]}; remove it, or "
            "name another [patches] file"
        )


def _input_size(hr: tuple[int, int], recipe: UpscalerRecipe) -> tuple[int, int]:
    lr = [length // recipe.net.scale for length in hr]
    grown = 1 if recipe.net.enlarges else recipe.net.scale
    return lr[0] * grown, lr[1] * grown


def _places(size: tuple[int, int], recipe: UpscalerRecipe) -> tuple[int, int]:
    """Rows and columns of places in an input of this size."""
    patch, stride = recipe.patches.size, recipe.patches.stride
    rows, columns = (max(0, (length - patch) // stride + 1) for length in size)
    return rows, columns


def _choose(counts: list[int], most: int, seed: int) -> tuple[NDArray[np.int64], ...]:
    """All places, or `most` of them drawn over all images together."""
    ends = np.cumsum(counts)
    total = int(ends[-1])
    chosen = np.arange(total)
    if 0 < most < total:
        chosen = np.sort(np.random.default_rng(seed).choice(total, most, replace=False))
    starts = ends - counts
    cuts = np.searchsorted(chosen, ends)[:-1]
    return tuple(part - start for part, start in zip(np.split(chosen, cuts), starts, strict=True))


def _cut(image: Path, chosen: NDArray[np.int64], recipe: UpscalerRecipe, notes: Notes) -> bytes:
    """The chosen patches of one image, as the bytes of an npz."""
    x, y = make_pair(image, recipe, notes)
    size, stride, grown = recipe.patches.size, recipe.patches.stride, factor(recipe)
    _, columns = _places((x.shape[0], x.shape[1]), recipe)
    corners = [(int(place) // columns * stride, int(place) % columns * stride) for place in chosen]
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x=_stack(x, corners, size), y=_stack(y, corners, size, grown=grown))
    return buffer.getvalue()


def _stack(pixels: Pixels, corners: list[tuple[int, int]], size: int, *, grown: int = 1) -> Pixels:
    side = size * grown
    return np.stack(
        [
            pixels[top * grown : top * grown + side, left * grown : left * grown + side]
            for top, left in corners
        ]
    )


def _whole(part: Path) -> bool:
    return part.is_file() and zipfile.is_zipfile(part)


def _put_together(path: Path, parts: Path, plan: PatchPlan, progress: Progress) -> None:
    """Write all parts into one HDF5 under a temporary name, then rename it."""
    temporary = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    try:
        with h5py.File(temporary, "w", libver="v110") as file:
            file.attrs.update(format=FORMAT, version=VERSION, plan=canonical_json(plan.facts))
            for name in ("x", "y"):
                _copy_parts(parts, plan, _dataset(file, name, plan.shape(name)), progress)
            file.flush()  # a full disk is told here, and not when the file is closed
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _copy_parts(parts: Path, plan: PatchPlan, dataset: h5py.Dataset, progress: Progress) -> None:
    name, start = str(dataset.name).strip("/"), 0
    for index, chosen in enumerate(plan.chosen):
        if len(chosen):
            with np.load(parts / f"{index:06d}.npz") as part:
                dataset[start : start + len(chosen)] = part[name]
        start += len(chosen)
        progress.advance(plan.files[index].stem)


def _dataset(file: h5py.File, name: str, shape: tuple[int, ...]) -> h5py.Dataset:
    chunks = (min(shape[0], _ROWS_PER_CHUNK), *shape[1:])
    return file.create_dataset(
        name, shape, np.uint8, chunks=chunks, compression="gzip", shuffle=True
    )
