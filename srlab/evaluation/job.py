"""The work of one job, wherever it runs: decode, upscale, score, encode. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srlab.data.luma import Luma, luma_of
from srlab.data.sample import Pair, Sample, short_name
from srlab.errors import SrlabError
from srlab.evaluation.plan import Item, Job
from srlab.fingerprint import bytes_digest
from srlab.image.difference import difference_map
from srlab.image.files import encode_png
from srlab.metrics.score import Score, score_pair
from srlab.supply.supply import KnownImage, Supplied, supply
from srlab.upscale.luma import luma_call, luma_notes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


MAP = "map"


@dataclass(frozen=True, kw_only=True)
class NewImage:
    """A PNG for the store, and what its row says."""

    image: bytes
    kind: str
    png: bytes
    content: bytes
    shape: tuple[int, ...]
    seconds: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """Scores and images of a job; `error` where the sr image could not be had.

    `notes` are of which image each, by the name of its file or of the upscaler.
    """

    scores: tuple[Score, ...]
    images: tuple[NewImage, ...]
    notes: tuple[tuple[str, str], ...]
    error: SrlabError | None = None


def perform(job: Job) -> JobResult:
    """Do the job. Raises an ImageError where the pair itself cannot be read."""
    item = job.item
    pair = _load(item.sample)
    images = _pair_images(job, pair)
    if item.luma:
        return _perform_on_luma(job, images)
    try:
        supplied = supply(item.upscaler, pair, known=job.known, ready=item.ready)
    except SrlabError as error:
        return JobResult(scores=(), images=images, notes=_notes(job, pair), error=error)
    if supplied.png is not None:
        images += (_sr_image(job, supplied),)
    if item.map is not None and item.map in job.keep:
        shown = difference_map(supplied.sr, pair.hr)
        images += (_new_image(item.map, MAP, shown, encode_png(shown), notes=()),)
    scores = _score(job, supplied.sr, pair.hr)
    return JobResult(scores=scores, images=images, notes=_notes(job, pair, supplied.notes))


def _perform_on_luma(job: Job, images: tuple[NewImage, ...]) -> JobResult:
    """The same from float luma, of which nothing is kept but the scores."""
    upscaler, luma = job.item.upscaler, _load_luma(job.item.sample)
    try:
        scores = _score(job, luma_call(upscaler)(luma), luma.hr)
    except SrlabError as error:
        return JobResult(scores=(), images=images, notes=(), error=error)
    said = tuple((sr_name(job.item), note) for note in luma_notes(upscaler))
    return JobResult(scores=scores, images=images, notes=said)


def sr_name(item: Item) -> str:
    """The file of a ready sr image, or the upscaler that makes it."""
    if isinstance(item.ready, Path):
        return short_name(item.ready)
    return f"{item.upscaler.name} x{item.upscaler.scale}"


def _notes(job: Job, pair: Pair, of_sr: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    sample = job.item.sample
    return (
        *((sample.named("hr"), note) for note in pair.hr_notes),
        *((sample.named("lr"), note) for note in pair.lr_notes),
        *((sr_name(job.item), note) for note in of_sr),
    )


def _score(job: Job, sr: NDArray[Any], hr: NDArray[Any]) -> tuple[Score, ...]:
    wanted = [(wanted.metric, wanted.protocol) for wanted in job.wanted]
    return tuple(score_pair(sr, hr, wanted, scale=job.item.sample.scale))


def self_contained(job: Job) -> Job:
    """The same job with the bytes of its files inside, for a machine that has not the files."""
    item = job.item
    known, ready = job.known, item.ready
    if known is not None and not isinstance(known.png, bytes):
        known = KnownImage(png=known.png.read_bytes(), content=known.content)
    if ready is not None and not isinstance(ready, bytes):
        ready = ready.read_bytes()
    item = replace(item, sample=item.sample.with_bytes(), ready=ready)
    return replace(job, item=item, known=known)


@lru_cache(maxsize=4)
def _load(sample: Sample) -> Pair:
    """The pair; kept for the next upscaler, since jobs come sample by sample."""
    return sample.load()


@lru_cache(maxsize=4)
def _load_luma(sample: Sample) -> Luma:
    """The float luma of the pair, or of the evaluation file that the sample is from."""
    pair = _load(sample)
    return pair.luma or luma_of(pair.hr, pair.lr)


def _pair_images(job: Job, pair: Pair) -> tuple[NewImage, ...]:
    keys = job.item.pair
    sides = (
        ("hr", keys.hr, pair.hr, pair.hr_bytes, pair.hr_notes),
        ("lr", keys.lr, pair.lr, pair.lr_bytes, pair.lr_notes),
    )
    return tuple(
        _new_image(key, kind, pixels, original or encode_png(pixels), notes=notes)
        for kind, key, pixels, original, notes in sides
        if key in job.keep
    )


def _sr_image(job: Job, supplied: Supplied) -> NewImage:
    return _new_image(
        job.item.sr,
        "sr",
        supplied.sr,
        supplied.png or b"",
        notes=supplied.notes,
        seconds=supplied.seconds,
    )


def _new_image(
    image: bytes,
    kind: str,
    pixels: NDArray[np.uint8],
    png: bytes,
    *,
    notes: tuple[str, ...],
    seconds: float | None = None,
) -> NewImage:
    return NewImage(
        image=image,
        kind=kind,
        png=png,
        content=bytes_digest(png),
        shape=pixels.shape,
        seconds=seconds,
        notes=notes,
    )
