"""Bicubic over whole benchmarks against numbers of other people's making.

`selfexsr_per_image.csv` is the evaluation that MATLAB printed for SelfExSR (Huang et al. 2015),
`bicubic_per_image.csv` an independent computation, both with the given lr upscaled.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.image.crop import cut_border
from srlab.image.resize import upscale
from srlab.metrics.channels import to_channel
from srlab.metrics.fidelity import psnr
from srlab.metrics.protocol import Channel, Grey
from srlab.metrics.ssim import ssim

SETS = [(name, scale) for name in ("Set5", "Set14", "BSD100") for scale in (2, 3, 4)]
# psnr, ssim under paper-y, as in PROTOCOL's table of means
MEANS = {
    ("Set5", 2): (33.6741, 0.93029),
    ("Set5", 3): (30.4047, 0.86891),
    ("Set5", 4): (28.4302, 0.81114),
    ("Set14", 2): (30.2319, 0.8691),
    ("Set14", 3): (27.5391, 0.7745),
    ("Set14", 4): (25.9970, 0.7029),
    ("BSD100", 2): (29.5605, 0.8434),
    ("BSD100", 3): (27.2097, 0.7391),
    ("BSD100", 4): (25.9620, 0.6681),
}
# The row that papers quote for bicubic: made on Y alone, where srlab upscales RGB and then takes Y.
QUOTED = {
    ("Set5", 2): (33.66, 0.9299),
    ("Set5", 3): (30.39, 0.8682),
    ("Set5", 4): (28.42, 0.8104),
    ("Set14", 2): (30.24, 0.8688),
    ("Set14", 3): (27.55, 0.7742),
    ("Set14", 4): (26.00, 0.7027),
    ("BSD100", 2): (29.56, 0.8431),
    ("BSD100", 3): (27.21, 0.7385),
    ("BSD100", 4): (25.96, 0.6675),
}

Scores = dict[str, tuple[float, float]]
Scored = Callable[..., Scores]


def measured(pixels: NDArray[np.uint8], scale: int, rounded: bool, grey: Grey) -> NDArray:
    return to_channel(cut_border(pixels, scale), channel=Channel.Y, rounded=rounded, grey=grey)


@pytest.fixture(scope="module")
def bicubic(given_pairs) -> Scored:
    """(psnr, ssim) of each sample of a set, bicubic of the given lr, under a Y protocol."""

    @lru_cache
    def scored(benchmark: str, scale: int, rounded: bool, grey: Grey = Grey.AS_IS) -> Scores:
        scores = {}
        for sample, hr, lr in given_pairs(benchmark, scale):
            pair = [measured(image, scale, rounded, grey) for image in (upscale(lr, scale), hr)]
            scores[sample] = (psnr(*pair), ssim(*pair))
        return scores

    return scored


def reference(path: Path, benchmark: str, scale: int, **other: str) -> Scores:
    wanted = {"dataset": benchmark, "scale": str(scale), **other}
    with path.open() as file:
        return {
            row["image"]: (float(row["psnr"]), float(row["ssim"]))
            for row in csv.DictReader(file)
            if wanted.items() <= row.items()
        }


def worst(scores: Scores, expected: Scores) -> tuple[float, float]:
    assert scores.keys() == expected.keys()
    gaps = np.abs([np.subtract(scores[name], expected[name]) for name in expected])
    return tuple(gaps.max(axis=0))


@pytest.mark.parametrize(("benchmark", "scale"), SETS)
def test_matlab_y_gives_the_numbers_that_matlab_printed(shared, bicubic, benchmark, scale):
    path = shared / "reference" / "selfexsr_per_image.csv"
    expected = reference(path, benchmark, scale, method="Bicubic")
    decibel, similarity = worst(bicubic(benchmark, scale, True), expected)
    # they print ten digits behind the point
    assert decibel < 1e-9
    assert similarity < 1e-9


@pytest.mark.parametrize(("benchmark", "scale"), SETS)
def test_paper_y_gives_the_numbers_of_an_independent_computation(shared, bicubic, benchmark, scale):
    expected = reference(shared / "reference" / "bicubic_per_image.csv", benchmark, scale)
    decibel, similarity = worst(bicubic(benchmark, scale, False), expected)
    # they print six digits behind the point
    assert decibel < 1e-5
    assert similarity < 1e-6


@pytest.mark.parametrize(("benchmark", "scale"), SETS)
def test_paper_y_gives_the_known_means(bicubic, benchmark, scale):
    mean = np.mean(list(bicubic(benchmark, scale, False).values()), axis=0)
    # half a unit of the last digit of the table
    np.testing.assert_allclose(mean, MEANS[benchmark, scale], rtol=0, atol=5.1e-5)


@pytest.mark.parametrize(("benchmark", "scale"), SETS)
def test_paper_y_is_near_the_means_that_papers_quote(bicubic, benchmark, scale):
    decibel, similarity = np.mean(list(bicubic(benchmark, scale, False).values()), axis=0)
    # what upscaling RGB instead of Y alone, and two or four printed digits, make of it
    assert decibel == pytest.approx(QUOTED[benchmark, scale][0], rel=0, abs=0.016)
    assert similarity == pytest.approx(QUOTED[benchmark, scale][1], rel=0, abs=0.001)


@pytest.mark.parametrize(("scale", "expected"), [(2, 30.3263), (3, 27.6336), (4, 26.0914)])
def test_basicsr_y_of_set14_replicates_its_grey_image(bicubic, scale, expected):
    values = [value for value, _ in bicubic("Set14", scale, False, Grey.REPLICATE).values()]
    # four printed digits
    assert np.mean(values) == pytest.approx(expected, rel=0, abs=5.1e-5)
