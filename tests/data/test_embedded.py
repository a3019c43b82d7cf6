"""The embedded set: enough real pictures, of both kinds, no two alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from srlab.data import embedded
from srlab.data.catalog import BENCHMARKS
from srlab.data.embedded import embedded_images
from srlab.data.sample import source_digest
from srlab.errors import BenchmarkError
from srlab.image.files import decode


def thumbnail(path) -> np.ndarray:
    grey = Image.fromarray(decode(path).pixels).convert("L")
    values = np.asarray(grey.resize((16, 16), Image.Resampling.BOX), dtype=float).ravel()
    return (values - values.mean()) / values.std()


def test_there_are_as_many_pictures_as_the_catalog_says():
    assert len(embedded_images()) == BENCHMARKS["skimage"].count == 17


def test_there_are_grey_and_colour_pictures():
    dimensions = [decode(path).pixels.ndim for path in embedded_images().values()]
    assert dimensions.count(2) == 10
    assert dimensions.count(3) == 7


def test_no_two_pictures_are_nearly_the_same():
    thumbnails = {name: thumbnail(path) for name, path in embedded_images().items()}
    for one, other in combinations(thumbnails, 2):
        alike = float((thumbnails[one] * thumbnails[other]).mean())
        assert abs(alike) < 0.9, f"{one} and {other} correlate at {alike:.2f}"


def test_digests_are_the_same_from_call_to_call_and_differ_between_pictures():
    paths = embedded_images().values()
    digests = [source_digest(path) for path in paths]
    assert digests == [source_digest(path) for path in paths]
    assert len(set(digests)) == len(digests)


def test_a_picture_that_scikit_image_lacks_is_named(monkeypatch):
    monkeypatch.setitem(embedded.FILES, "unicorn", "unicorn.png")
    with pytest.raises(BenchmarkError, match=r"lacks unicorn\.png"):
        embedded_images.__wrapped__()
