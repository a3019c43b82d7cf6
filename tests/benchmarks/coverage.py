"""How often an interval that says 95% holds the true mean: method x n x data.

Data are normal, or resampled gains over bicubic of real images (lanczos x2 x3 x4 and SRCNN x3 on
BSD100, in dB; the mean of all 100 is the truth). Prints a row for every method and kind of data,
and ends with 1 where Student's t covers less than 94.5% of normal data.

    python tests/benchmarks/coverage.py        # gains need ../shared or SRLAB_SHARED
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from srlab.analysis.interval import mean_interval

SIZES = (5, 6, 14, 30, 100)
TRIALS = 20_000
DRAWS = 1_000
LEAST = 94.5
SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
Method = Callable[[NDArray[np.float64], np.random.Generator], tuple[NDArray, NDArray]]


def student(x: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """What srlab prints: the mean, plus and minus t times its standard error."""
    del rng
    n = x.shape[1]
    half = stdtrit(n - 1, 0.975) * x.std(axis=1, ddof=1) / np.sqrt(n)
    return x.mean(axis=1) - half, x.mean(axis=1) + half


def percentile(x: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """The percentile bootstrap."""
    return tuple(np.quantile(_means(x, rng), (0.025, 0.975), axis=1))


def bca(x: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """The bias-corrected and accelerated bootstrap (Efron, JASA 82 (1987) 171-185)."""
    means, centre = _means(x, rng), x.mean(axis=1, keepdims=True)
    bias = ndtri(np.clip((means < centre).mean(axis=1), 1e-4, 1 - 1e-4))
    left = (x.sum(axis=1, keepdims=True) - x) / (x.shape[1] - 1)
    away = left.mean(axis=1, keepdims=True) - left
    spread = (away**2).sum(axis=1) ** 1.5
    skew = (away**3).sum(axis=1) / (6 * np.where(spread > 0, spread, 1))
    ends = []
    for z in ndtri((0.025, 0.975)):
        level = ndtr(bias + (bias + z) / (1 - skew * (bias + z)))
        ends.append(np.array([np.quantile(m, q) for m, q in zip(means, level, strict=True)]))
    return ends[0], ends[1]


def studentised(x: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """The bootstrap of t itself (Efron & Tibshirani, chapter 12)."""
    n = x.shape[1]
    mean, error = x.mean(axis=1), x.std(axis=1, ddof=1) / np.sqrt(n)
    drawn = _drawn(x, rng)
    own = drawn.std(axis=2, ddof=1) / np.sqrt(n)
    t = np.where(own > 0, (drawn.mean(axis=2) - mean[:, None]) / np.where(own > 0, own, 1), 0)
    low, high = np.quantile(t, (0.025, 0.975), axis=1)
    return mean - high * error, mean - low * error


METHODS: dict[str, tuple[Method, int]] = {
    "Student's t": (student, TRIALS),
    "percentile bootstrap": (percentile, 4000),
    "BCa bootstrap": (bca, 2000),
    "studentised bootstrap": (studentised, 2000),
}


def _drawn(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    n = x.shape[1]
    return np.take_along_axis(x[:, None, :], rng.integers(0, n, (len(x), DRAWS, n)), axis=2)


def _means(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return _drawn(x, rng).mean(axis=2)


def normal(n: int, trials: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    """Samples of a normal distribution, and its mean."""
    return rng.normal(size=(trials, n)), 0.0


def real_gains() -> Iterator[tuple[str, NDArray[np.float64]]]:
    """PSNR gains over bicubic of the 100 images of BSD100, by upscaler and scale."""
    # Numba looks for a module called coverage, and must not find this file.
    sys.path = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).parent]
    import srlab

    with tempfile.TemporaryDirectory() as folder:
        nets = {"lanczos": (2, 3, 4), str(SHARED / "weights/srcnn_955_y_x3.pth"): (3,)}
        for upscaler, scales in nets.items():
            srlab.evaluate(
                [str(SHARED / "data/benchmarks/BSD100")],
                ["bicubic", upscaler],
                scales,
                metrics=["psnr"],
                store=folder,
            )
        rows = srlab.scores(folder)
        table = rows.pivot(index=["scale", "sample"], columns="upscaler", values="value")
        for name in table.columns.drop("bicubic"):
            for scale, group in table.groupby("scale"):
                gains = (group[name] - group["bicubic"]).dropna().to_numpy(float)
                if len(gains):
                    yield f"{name} x{scale}", gains


def coverage(
    method: Method, draw: Callable, n: int, trials: int, rng: np.random.Generator
) -> float:
    """The share of intervals that hold the truth, in percent."""
    held = []
    for _ in range(0, trials, 500):
        x, truth = draw(n, 500, rng)
        low, high = method(x, rng)
        held.append(((low <= truth) & (truth <= high)).mean())
    return 100 * float(np.mean(held))


def main() -> int:
    """Print the table; 1 where Student's t falls short on normal data."""
    x = np.random.default_rng(1).normal(size=(1, 7))
    own = mean_interval(x[0])
    assert np.allclose(student(x, np.random.default_rng(0)), [[own.low], [own.high]], rtol=1e-12)
    data: dict[str, Callable] = {"normal": normal}
    if (SHARED / "data").is_dir():
        for name, gains in real_gains():

            def draw(n: int, trials: int, rng: np.random.Generator, gains=gains) -> tuple:
                return rng.choice(gains, (trials, n)), float(gains.mean())

            data[f"gains, {name}"] = draw
    else:
        print(f"gains of real images are left out: {SHARED} has none")
    print(f"{'method':<23}{'data':<32}" + "".join(f"n = {n:<5}" for n in SIZES))
    short = False
    for label, (method, trials) in METHODS.items():
        for kind, draw in data.items():
            rng = np.random.default_rng(0)
            found = [coverage(method, draw, n, trials, rng) for n in SIZES]
            print(f"{label:<23}{kind:<32}" + "".join(f"{value:<9.1f}" for value in found))
            short |= method is student and kind == "normal" and min(found) < LEAST
    return int(short)


if __name__ == "__main__":
    sys.exit(main())
