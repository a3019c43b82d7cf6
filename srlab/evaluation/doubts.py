"""What looks wrong in a set, or does not go with what a store holds of it, a warning each.

Given lr that is not the degraded hr; scores of samples that left a set, of another given lr, of
other outputs under the same label.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from srlab.data.catalog import URBAN100_TRAP
from srlab.data.degradation import GIVEN, departure
from srlab.data.plane import Plane
from srlab.data.sample import Sample
from srlab.errors import SrlabError
from srlab.evaluation.gather import Gathered
from srlab.evaluation.plan import Item, Stored
from srlab.evaluation.request import Request
from srlab.execute.local import default_workers
from srlab.file_state import file_state
from srlab.fingerprint import digest
from srlab.image.files import ImageSource
from srlab.store.file_index import FileIndex
from srlab.upscale.info import Family

SUSPICIOUS_GREY_LEVELS = 1.0
"""SelfExSR's own files, made by another edge rule, stay far below one grey level."""


def left_behind(request: Request, gathered: Gathered, stored: Stored) -> list[str]:
    """Warnings where the store holds scores of samples that a set no longer has.

    Of a limit, or of images that were drawn from their set, others may well be stored.
    """
    if request.limit is not None or any(s.drawn for s in request.benchmarks):
        return []
    there = {(i.sample.benchmark, i.sample.scale, i.sample.name) for i in gathered.items}
    there |= {(t.benchmark, t.scale, t.sample) for t in gathered.troubles if t.sample}
    kinds: dict[tuple[str, int], set[str]] = {}
    for item in gathered.items:
        kinds.setdefault((item.sample.benchmark, item.sample.scale), set()).add(item.sample.lr_kind)
    gone: dict[str, set[str]] = {}
    other: dict[tuple[str, int, str], set[str]] = {}
    for _, benchmark, sample, scale, kind, *_ in stored.labels:
        here = kinds.get((benchmark, scale), set())
        if kind in here and (benchmark, scale, sample) not in there:
            gone.setdefault(benchmark, set()).add(sample)
        elif kind and here and kind not in here:
            other.setdefault((benchmark, scale, kind), set()).add(sample)
    return [
        f"the store also holds scores of {benchmark} x{scale} with another given lr, {kind} "
        f"({len(names)} images); they stand apart everywhere. `srlab store forget -b {benchmark} "
        f"--lr-kind {kind}` removes them"
        for (benchmark, scale, kind), names in sorted(other.items())
    ] + [
        f"the store also holds scores of {len(names)} images that {benchmark} does not have now "
        f"({', '.join(sorted(names)[:3])}{', …' if len(names) > 3 else ''}); they count in its "
        f"means. `srlab store forget -b {benchmark} --sample NAME` removes them"
        for benchmark, names in sorted(gone.items())
    ]


def exchanged(gathered: Gathered, stored: Stored) -> list[str]:
    """Warnings where outputs of a label are others than before on some images, and not on all."""
    before: dict[tuple, set[str]] = {}
    for _, benchmark, sample, scale, kind, upscaler, _ in stored.labels:
        before.setdefault((benchmark, scale, kind, upscaler), set()).add(sample)
    here: dict[tuple, set[str]] = {}
    changed: dict[tuple, set[str]] = {}
    for item in gathered.items:
        sample = item.sample
        place = (sample.benchmark, sample.scale, sample.lr_kind, item.upscaler.name)
        if item.upscaler.family is Family.OUTPUTS and place in before:
            here.setdefault(place, set()).add(sample.name)
            if sample.name in before[place] and item.sr not in stored.images:
                changed.setdefault(place, set()).add(sample.name)
    return [
        f"{label}: the images of {len(samples)} samples of {benchmark} x{scale} are others than "
        f"before, and {len(left)} scored before are not among them; they still count under "
        f"{label}. Evaluate all of them, or give the new ones another label"
        for (benchmark, scale, kind, label), samples in changed.items()
        if (left := before[benchmark, scale, kind, label] - here[benchmark, scale, kind, label])
    ]


def not_degraded(items: Iterable[Item], index: FileIndex) -> list[str]:
    """Warnings where a set's given lr is not its hr degraded by MATLAB's bicubic, one a scale."""
    samples = {
        (item.sample.benchmark, item.sample.scale, item.sample.name): item.sample
        for item in items
        if item.sample.degradation == GIVEN and not item.sample.enlarged
    }
    with ThreadPoolExecutor(default_workers()) as pool:
        found = pool.map(partial(_departure, index=index), samples.values())
        levels = {place: one for place, one in zip(samples, found, strict=True) if one is not None}
    by_set: dict[tuple[str, int], list[float]] = {}
    for (benchmark, scale, _), one in levels.items():
        by_set.setdefault((benchmark, scale), []).append(one)
    return [
        _doubt(benchmark, scale, far, len(every))
        for (benchmark, scale), every in by_set.items()
        if (far := [one for one in every if one > SUSPICIOUS_GREY_LEVELS])
    ]


def _doubt(benchmark: str, scale: int, far: list[float], count: int) -> str:
    text = (
        f"{benchmark} x{scale}: the given lr is not the degraded hr; {len(far)} of {count} images "
        f"differ from MATLAB's bicubic by more than {SUSPICIOUS_GREY_LEVELS:g} grey level, "
        f"{sum(far) / len(far):.2f} on average"
    )
    return f"{text}; {URBAN100_TRAP}" if benchmark == "urban100" else text


def _departure(sample: Sample, index: FileIndex) -> float | None:
    """How far lr is from the degraded hr, in grey levels; None for files that cannot be read."""

    def measured(path: Path) -> bytes:
        del path
        pair = sample.load()
        return struct.pack("<d", departure(pair.hr, pair.lr, sample.scale))

    lr, hr = sample.lr_source, sample.hr_source
    place = lr.path if isinstance(lr, Plane) else lr
    try:
        if not isinstance(place, Path):
            return struct.unpack("<d", measured(Path()))[0]
        kind = f"departure x{sample.scale} {sample.name} {state_of(hr)}"
        return struct.unpack("<d", index.digest(place, kind, measured))[0]
    except (SrlabError, OSError):
        return None


def state_of(source: ImageSource | Plane | None) -> str:
    """What tells whether an image is still the same, in a few letters."""
    if isinstance(source, bytes) or source is None:
        return ""
    path = source.path if isinstance(source, Plane) else source
    return digest([str(path), *file_state(path)]).hex()
