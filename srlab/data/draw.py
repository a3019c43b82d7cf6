"""Which images of a set of classes a study looks at: the same ones for the same seed, always."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srlab.errors import UsageError


def draw_places(
    truths: Sequence[str], samples: int | None, *, seed: int, stratified: bool
) -> list[int]:
    """Places of `samples` images, in order, of a set whose images show `truths`; all for None.

    Plain: `np.random.default_rng(seed).choice(len(truths), samples, replace=False)`. Stratified:
    the same number of each class, in the order in which the classes first appear; where it does
    not come out even, classes chosen by the same generator give one image more. Raises UsageError
    for less than one image or a negative seed, and where there are not as many (of a class).
    """
    if samples is None:
        return list(range(len(truths)))
    if samples < 1 or seed < 0:
        raise UsageError(
            f"{samples} samples by seed {seed} are asked for; expected 1 or more, by 0 or more"
        )
    if samples > len(truths):
        raise UsageError(
            f"{samples} samples are asked for and there are {len(truths)}; ask for at most "
            f"{len(truths)}, or for no number to take them all"
        )
    generator = np.random.default_rng(seed)
    if not stratified:
        return sorted(generator.choice(len(truths), samples, replace=False).tolist())
    places: dict[str, list[int]] = {}
    for place, truth in enumerate(truths):
        places.setdefault(truth, []).append(place)
    share, over = divmod(samples, len(places))
    with_one_more = set(generator.choice(len(places), over, replace=False).tolist())
    drawn: list[int] = []
    for number, (truth, own) in enumerate(places.items()):
        wanted = share + (number in with_one_more)
        if wanted > len(own):
            raise _too_few(truth, wanted, own=len(own), classes=len(places))
        drawn += generator.choice(own, wanted, replace=False).tolist()
    return sorted(drawn)


def _too_few(truth: str, wanted: int, *, own: int, classes: int) -> UsageError:
    return UsageError(
        f"an equal share of each class is {wanted} images and {truth!r} has {own}; ask for at "
        f"most {own * classes} samples, or draw without equal shares"
    )
