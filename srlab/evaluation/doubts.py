"""What of a store does not go with the files as they are now, a warning each.

Scores of samples that left a set, of another given lr, of other outputs under the same label.
"""

from __future__ import annotations

from srlab.evaluation.gather import Gathered
from srlab.evaluation.plan import Stored
from srlab.evaluation.request import Request
from srlab.upscale.info import Family


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
