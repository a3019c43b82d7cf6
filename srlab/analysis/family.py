"""Holm's adjustment, and what it is over: one family, whatever a view shows of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm's step-down adjustment of p values, (m,), in their order.

    S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def adjusted(p: NDArray[np.float64], what: Sequence[Hashable]) -> tuple[NDArray[np.float64], int]:
    """Holm's p of a family, (m,), and over how many comparisons.

    `what` tells comparisons apart: those of one value (two labels of the same weights) are one
    comparison and count once. None stands for one that is none (the baseline under another label):
    its p is 1 and does not count.
    """
    first: dict[Hashable, int] = {}
    for position, name in enumerate(what):
        if name is not None:
            first.setdefault(name, position)
    over = holm(p[list(first.values())])
    found = dict(zip(first, over, strict=True))
    return np.array([found.get(name, 1.0) for name in what]), len(first)
