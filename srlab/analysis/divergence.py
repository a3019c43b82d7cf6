"""How far the classifier's probabilities moved, also where its first label stayed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import rel_entr

from srlab.analysis.compared import CELL
from srlab.analysis.interval import mean_interval
from srlab.errors import StoreError

COLUMNS = [*CELL, "n", "mean", "low", "high", "interval"]
_ROWS_AT_ONCE = 4096


def jensen_shannon(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Jensen-Shannon divergence of distributions, (n, classes) each, in bits: 0 to 1.

    Rows are scaled to the sum 1 first. J. Lin, IEEE Trans. Inf. Theory 37 (1991) 145-151; the
    square of `scipy.spatial.distance.jensenshannon(p, q, base=2)`.
    """
    p, q = (values / values.sum(axis=1, keepdims=True) for values in (p, q))
    both = p + q  # Twice the mean, which could underflow to zero.
    nats = (rel_entr(2 * p, both) + rel_entr(2 * q, both)).sum(axis=1) / 4
    return np.clip(nats / np.log(2), 0.0, 1.0)


def divergences(pairs: pd.DataFrame) -> pd.Series:
    """The divergence of each of `pairs` (of `Compared`) in bits, on their index.

    Raises StoreError for probabilities that are none, or not as many on both sides.
    """
    found = pd.Series(np.nan, pairs.index, dtype=float, name="divergence")
    for _, group in pairs.groupby(["benchmark", "classifier"], sort=False):
        for start in range(0, len(group), _ROWS_AT_ONCE):
            part = group.iloc[start : start + _ROWS_AT_ONCE]
            sides = (part["original_probabilities"], part["upscaled_probabilities"])
            found[part.index] = jensen_shannon(*_same_shape(*map(_matrix, sides)))
    return found


def mean_divergences(pairs: pd.DataFrame) -> pd.DataFrame:
    """The mean divergence of every arm in bits, with its 95% interval and n."""
    values = pairs[CELL].assign(divergence=divergences(pairs))
    rows = []
    for names, group in values.groupby(CELL):
        mean = mean_interval(group["divergence"].to_numpy(float), lowest=0.0, highest=1.0)
        rows.append((*names, len(group), mean.mean, mean.low, mean.high, mean.kind))
    return pd.DataFrame(rows, columns=COLUMNS)


def _matrix(blobs: pd.Series) -> NDArray[np.float64]:
    """The bytes of float32 probabilities as float64, (n, classes)."""
    sizes = {len(blob) for blob in blobs}
    if len(sizes) != 1 or not (size := sizes.pop()) or size % 4:
        raise StoreError(_strange("are of different numbers of classes"))
    matrix = np.frombuffer(b"".join(blobs), "<f4").reshape(len(blobs), -1).astype(np.float64)
    if not np.isfinite(matrix).all() or (matrix < 0).any() or (matrix.sum(axis=1) <= 0).any():
        raise StoreError(_strange("are not all finite and at least 0 with a sum above 0"))
    return matrix


def _same_shape(
    p: NDArray[np.float64], q: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if p.shape != q.shape:
        raise StoreError(_strange(f"are of {p.shape[1]} and {q.shape[1]} classes"))
    return p, q


def _strange(what: str) -> str:
    return f"stored probabilities of one classifier {what}; classify the set again"
