"""Writes an evaluation file: a benchmark's luma as one HDF5, readable by SRCNN's PyTorch code."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from srlab.data.benchmark import BenchmarkSource
from srlab.data.degradation import SRCNN_PYTORCH
from srlab.data.left_out import listed
from srlab.data.luma import Luma, luma_of
from srlab.data.luma_file import LUMA_SUFFIXES, MAX_IMAGES, check_name
from srlab.data.sample import Sample
from srlab.errors import (
    BenchmarkError,
    LeftOutError,
    PartnerMissingError,
    Progress,
    Silent,
    UsageError,
)
from srlab.places import is_there

if TYPE_CHECKING:
    import h5py

FORMAT, VERSION = "srlab-evaluation", 1
_BLOCK = 16 << 20


def pack(
    benchmark: BenchmarkSource,
    scale: int,
    out: Path,
    *,
    native: bool = False,
    degradation: str = SRCNN_PYTORCH,
    progress: Progress | None = None,
) -> int:
    """Write the luma of a benchmark's images to `out`, lr enlarged or `native`; how many images.

    The layout is that of `prepare.py --eval` of yjn870/SRCNN-pytorch: groups `hr` and `lr`,
    datasets 0, 1, …, float32. Attributes tell besides: `name` of each image, `scale` and
    `degradation` of all. The file is there whole or not at all. Raises UsageError for an `out`
    that is there already or is called otherwise than .h5, BenchmarkError where it cannot be
    written, and what the samples raise: no image is left out.
    """
    _check_out(out)
    if benchmark.is_luma_file:
        raise UsageError(f"{benchmark.origin} is an evaluation file already; name images")
    found = benchmark.samples(scale, degradation=degradation)
    if found.left_out:
        raise LeftOutError(
            f"{benchmark.name} holds more than its images; remove, convert or rename it",
            details=listed(left.in_words for left in found.left_out),
        )
    if found.missing:
        raise PartnerMissingError(f"{found.missing[0].reason}; add it, or name a degradation")
    if len(found.samples) > MAX_IMAGES:
        raise BenchmarkError(
            f"{benchmark.name} has {len(found.samples):,} images; at most {MAX_IMAGES:,} are "
            "packed into one file: split the folder"
        )
    facts = {"format": FORMAT, "version": VERSION, "scale": scale, "degradation": degradation}
    _put_down(out, _content(found.samples, facts, native=native, progress=progress or Silent()))
    return len(found.samples)


def _check_out(out: Path) -> None:
    if out.suffix.lower() not in LUMA_SUFFIXES:
        raise UsageError(f"{out} should end in .h5; as a benchmark it is known by that")
    if is_there(out):
        raise UsageError(f"{out} is there already; remove it, or name another file")


def _put_down(out: Path, content: bytes) -> None:
    temporary = out.with_name(f".tmp-{secrets.token_hex(6)}-{out.name}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(out)
    except OSError as error:
        raise BenchmarkError(
            f"{out} could not be written ({error.strerror}); make room, or name another place"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _content(
    samples: tuple[Sample, ...], facts: dict[str, object], *, native: bool, progress: Progress
) -> bytes:
    """The file, made in memory: HDF5 loses what it cannot write, in silence or with a crash."""
    import h5py

    progress.start("pack", len(samples))
    try:
        with h5py.File("-", "w", driver="core", backing_store=False, block_size=_BLOCK) as file:
            file.attrs.update(facts)
            for index, sample in enumerate(samples):
                check_name(sample.name, sample.benchmark)
                pair = sample.load()
                _put(file, index, sample.name, luma_of(pair.hr, pair.lr), native=native)
                progress.advance(sample.name)
            file.flush()
            return file.id.get_file_image()
    finally:
        progress.finish()


def _put(file: h5py.File, index: int, name: str, luma: Luma, *, native: bool) -> None:
    for side, levels in (("hr", luma.hr), ("lr", luma.lr if native else luma.enlarged)):
        dataset = file.create_dataset(f"{side}/{index}", data=levels)
        dataset.attrs["name"] = name
