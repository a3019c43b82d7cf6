"""Samples: the pairs they load, the notes they take, and how they travel."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from srlab.data.degradation import DEGRADATIONS
from srlab.data.sample import Sample, source_digest
from srlab.errors import ImageUnreadableError, SizeMismatchError
from srlab.fingerprint import pixel_digest


@pytest.fixture
def made(tmp_path, save, hr):
    """A sample whose lr is made from hr."""
    path = save(tmp_path / "cat.png", hr)
    return Sample(
        benchmark="pets", name="cat", scale=2, hr_source=path, degradation="matlab-bicubic"
    )


@pytest.fixture
def given(tmp_path, save, made, hr):
    """A sample that brings its lr."""
    lr = save(tmp_path / "lr" / "cat.png", DEGRADATIONS["matlab-bicubic"](hr, 2)[1])
    return replace(made, lr_source=lr, degradation="given")


def test_a_made_pair_is_what_its_degradation_makes(made, hr):
    pair = made.load()
    cut, lr = DEGRADATIONS["matlab-bicubic"](hr, 2)
    assert np.array_equal(pair.hr, cut)
    assert np.array_equal(pair.lr, lr)
    assert pair.hr_notes == pair.lr_notes == ()


def test_the_files_bytes_come_along_where_they_are_the_pixels(given):
    pair = given.load()
    assert pair.hr_bytes == given.hr_source.read_bytes()
    assert pair.lr_bytes == given.lr_source.read_bytes()


def test_a_cut_hr_leaves_its_files_bytes_behind(made):
    assert replace(made, scale=4).load().hr_bytes is None


def test_a_made_lr_has_no_bytes(made):
    assert made.load().lr_bytes is None


def test_a_jpeg_is_not_kept_as_it_is(tmp_path, hr, made):
    path = tmp_path / "cat.jpg"
    Image.fromarray(hr).save(path)
    assert replace(made, hr_source=path).load().hr_bytes is None


def test_a_grey_sample_stays_grey(tmp_path, save, grey, made):
    pair = replace(made, hr_source=save(tmp_path / "grey.png", grey)).load()
    assert pair.hr.shape == (48, 60)
    assert pair.lr.shape == (24, 30)


def test_a_pair_that_does_not_fit_is_refused(tmp_path, save, given, hr):
    with pytest.raises(SizeMismatchError, match="25x31"):
        replace(given, lr_source=save(tmp_path / "small.png", hr[:20, :20])).load()


def test_a_file_that_is_gone_is_named(tmp_path, made):
    with pytest.raises(ImageUnreadableError, match=r"gone\.png"):
        replace(made, hr_source=tmp_path / "gone.png").load()


def test_a_broken_file_is_named(tmp_path, made):
    path = tmp_path / "broken.png"
    path.write_bytes(made.hr_source.read_bytes()[:200])
    with pytest.raises(ImageUnreadableError, match=r"broken\.png"):
        replace(made, hr_source=path).load()


def test_a_sample_with_its_bytes_inside_loads_without_files(given):
    travelled = pickle.loads(pickle.dumps(given.with_bytes()))
    here = given.load()
    given.hr_source.unlink()
    given.lr_source.unlink()
    there = travelled.load()
    assert np.array_equal(here.hr, there.hr)
    assert np.array_equal(here.lr, there.lr)
    assert here.hr_bytes == there.hr_bytes


def test_a_sample_does_not_print_its_bytes(given):
    assert len(repr(given.with_bytes())) < 200


def test_a_digest_is_of_the_pixels_not_of_the_file(tmp_path, made, hr):
    bitmap = tmp_path / "cat.bmp"
    Image.fromarray(hr).save(bitmap)
    assert source_digest(made.hr_source) == source_digest(bitmap) == pixel_digest(hr)
    assert source_digest(made.hr_source.read_bytes()) == pixel_digest(hr)
