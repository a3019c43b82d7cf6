"""Learning curves for print."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from math import nan

import numpy as np
import pytest
from PIL import Image

from srlab.errors import ReportError
from srlab.figures.curves import Curve, learning_curves

_CURVE = Curve(
    name="mine",
    epochs=(0, 1, 2),
    scores=(30.0, 31.5, 31.0),
    losses=(nan, 0.02, 0.01),
    validation_losses=(0.03, 0.02, 0.02),
    best=1,
)


def _pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def _shows(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((pixels == colour).all(axis=2).sum() > 100)


def test_every_training_is_drawn_in_a_colour_of_its_own() -> None:
    both = _pixels(learning_curves([_CURVE, replace(_CURVE, name="b")], score_axis="PSNR, dB"))
    alone = _pixels(learning_curves([_CURVE], score_axis="PSNR, dB"))
    assert _shows(both, (0xD5, 0x5E, 0x00))
    assert _shows(alone, (0x00, 0x72, 0xB2))
    assert not _shows(alone, (0xD5, 0x5E, 0x00))


def test_equal_curves_give_equal_bytes() -> None:
    first, second = (learning_curves([_CURVE], score_axis="PSNR, dB") for _ in range(2))
    assert first == second


def test_a_name_that_looks_like_mathematics_is_drawn_as_it_is() -> None:
    assert learning_curves([replace(_CURVE, name="$x_2$ \\frac")], score_axis="PSNR, dB")


@pytest.mark.parametrize("count", [0, 5])
def test_no_curve_and_too_many_are_refused(count) -> None:
    with pytest.raises(ReportError, match=f"{count} learning curves; a figure shows 1 to 4"):
        learning_curves([_CURVE] * count, score_axis="PSNR, dB")
