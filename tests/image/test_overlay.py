"""Values over a picture."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.errors import SizeMismatchError, UsageError
from srlab.image.overlay import AGAINST, FOR, overlay


def test_without_values_the_picture_is_grey() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    drawn = overlay(picture, np.zeros((3, 4)), limit=1)
    assert np.array_equal(drawn, np.repeat(picture[..., None], 3, axis=2))


@pytest.mark.parametrize(("value", "colour"), [(1, FOR), (9, FOR), (-1, AGAINST), (-9, AGAINST)])
def test_at_the_limit_and_beyond_colour_is_strongest(value: float, colour) -> None:
    drawn = overlay(np.full((2, 2), 100, np.uint8), np.full((2, 2), float(value)), limit=1)
    assert drawn[0, 0].tolist() == [round(0.2 * 100 + 0.8 * level) for level in colour]


def test_a_colour_picture_is_made_grey_by_luma() -> None:
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[..., 1] = 255
    assert (overlay(picture, np.zeros((2, 2)), limit=1) == 145).all()


def test_wrong_sizes_and_limits_are_refused() -> None:
    picture = np.zeros((2, 2), np.uint8)
    with pytest.raises(SizeMismatchError, match=r"\(3, 2\)"):
        overlay(picture, np.zeros((3, 2)), limit=1)
    with pytest.raises(UsageError, match="limit is 0"):
        overlay(picture, np.zeros((2, 2)), limit=0)
