"""The digests of known sets, made anew from their images."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from srlab.data.known_hr import DIGESTED, KNOWN_HR, hr_digest, known_name


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("title", ["Set5", "Set14", "BSD100"])
def test_the_digests_are_those_of_the_images(given_pairs: Callable, title: str, scale: int) -> None:
    images = [hr_digest(hr) for _, hr, _ in given_pairs(title, scale)]
    assert known_name(images, scale) == title.lower()
    assert known_name(reversed(images), scale) == title.lower()
    assert known_name(images[1:], scale) is None
    assert known_name(images, 8) is None


def test_no_two_sets_are_alike() -> None:
    assert len(KNOWN_HR) == 9
    for scale in (2, 3, 4):
        assert len({KNOWN_HR[name, scale] for name in DIGESTED}) == 3


def test_a_grey_image_kept_as_rgb_is_the_same_image(rng) -> None:
    grey = rng.integers(0, 256, (8, 9), np.uint8)
    colour = np.repeat(grey[..., None], 3, axis=2)
    assert hr_digest(grey) == hr_digest(colour)
    colour[0, 0, 0] ^= 1
    assert hr_digest(grey) != hr_digest(colour)
