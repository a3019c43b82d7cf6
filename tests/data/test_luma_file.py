"""Evaluation files: what is read of them, and what a stranger's file may not do."""

from __future__ import annotations

import re
import shutil

import h5py
import numpy as np
import pytest

from srlab.data.benchmark import parse_benchmark
from srlab.data.luma_file import read_luma_file
from srlab.errors import (
    BenchmarkError,
    ImageTooLargeError,
    ImageUnreadableError,
    ProtocolError,
    SrlabError,
    UsageError,
)
from srlab.image.color import to_uint8
from srlab.image.files import decode


@pytest.fixture
def write(tmp_path, rng):
    """Write a file of three images as another program would; `change(file)` spoils it."""

    def make(change=None, *, scale=1, name="eval.h5"):
        path = tmp_path / name
        with h5py.File(path, "w") as file:
            for index in range(3):
                hr = rng.uniform(16, 235, (24, 36 + 12 * index)).astype(np.float32)
                file[f"hr/{index}"] = hr
                file[f"lr/{index}"] = hr[::scale, ::scale]
            if change:
                change(file)
        return path

    return make


def test_a_file_of_another_program_serves_every_scale_where_lr_is_enlarged(write):
    source = parse_benchmark(str(write(name="My Set.h5")))
    assert (source.name, source.title) == ("my-set", "My Set")
    assert source.scales() == (2, 3, 4, 8)
    found = source.luma_samples(3)
    assert [sample.name for sample in found.samples] == ["0", "1", "2"]
    assert {sample.degradation for sample in found.samples} == {"given"}
    assert all(sample.enlarged for sample in found.samples)


def test_a_native_lr_tells_its_scale(write):
    source = parse_benchmark(f"mine={write(scale=3)}")
    assert source.scales() == (3,)
    assert not any(sample.enlarged for sample in source.samples(3).samples)
    with pytest.raises(UsageError, match="mine holds x3 and not x2"):
        source.luma_samples(2)


def test_a_scale_that_the_file_tells_binds(write):
    path = write(lambda file: file.attrs.update(scale=4))
    assert parse_benchmark(str(path)).scales() == (4,)


def test_levels_come_as_the_file_has_them(write):
    path = write()
    with h5py.File(path) as file:
        stored = file["hr/1"][()]
    [_, sample, _] = parse_benchmark(str(path)).luma_samples(3).samples
    luma = sample.load().luma
    np.testing.assert_array_equal(luma.hr, stored)
    np.testing.assert_array_equal(luma.enlarged, stored)
    assert luma.lr is None
    assert luma.hr.dtype == np.float32


def test_a_native_pair_is_rounded_to_grey_for_8_bit_protocols_and_says_so(write):
    [sample, *_] = parse_benchmark(str(write(scale=2))).samples(2).samples
    pair = sample.load()
    assert pair.hr.dtype == pair.lr.dtype == np.uint8
    np.testing.assert_array_equal(pair.hr, to_uint8(pair.luma.hr))
    np.testing.assert_array_equal(pair.lr, to_uint8(pair.luma.lr))
    assert pair.luma.enlarged is None
    assert pair.hr_notes == ("float luma is rounded to 8 bits",)
    assert np.array_equal(decode(pair.hr_bytes).pixels, pair.hr)


def test_whole_grey_levels_of_8_bits_are_luma_too(write):
    def change(file):
        for side in ("hr", "lr"):
            del file[f"{side}/0"]
            file[f"{side}/0"] = np.full((24, 24), 7, np.uint8)

    [sample, *_] = parse_benchmark(str(write(change))).luma_samples(2).samples
    assert sample.load().luma.hr.tolist() == [[7.0] * 24] * 24


def test_an_enlarged_lr_is_no_lr_for_8_bit_protocols(write):
    source = parse_benchmark(str(write()))
    expected = r"--protocol srcnn-pytorch\), or .* \(--degradation matlab-bicubic\)"
    with pytest.raises(ProtocolError, match=f"eval holds lr that is enlarged already.*{expected}"):
        source.samples(3)


def test_its_hr_still_serves_a_degradation_that_makes_lr_anew(write):
    [sample, *_] = parse_benchmark(str(write())).samples(3, degradation="matlab-bicubic").samples
    pair = sample.load()
    assert (pair.hr.shape, pair.lr.shape) == ((24, 36), (8, 12))
    assert pair.luma is None


def test_a_sample_of_a_file_travels_with_its_levels_inside(write):
    path = write(scale=2)
    [sample, *_] = parse_benchmark(str(path)).samples(2).samples
    here, travelled = sample.load(), sample.with_bytes()
    path.unlink()
    there = travelled.load()
    np.testing.assert_array_equal(here.luma.hr, there.luma.hr)
    np.testing.assert_array_equal(here.lr, there.lr)
    assert len(repr(travelled)) < 300


def test_images_without_a_partner_are_missing_and_the_rest_is_served(write):
    def change(file):
        del file["lr/0"], file["hr/2"]

    found = parse_benchmark(str(write(change))).luma_samples(3)
    assert [sample.name for sample in found.samples] == ["1"]
    assert [missing.name for missing in found.missing] == ["0", "2"]
    assert "eval.h5:hr/0 has no x3 lr" in found.missing[0].reason


def _replace(place, value):
    def change(file):
        del file[place]
        file[place] = value

    return change


_SPOILED = {
    "no group lr": (lambda f: f.pop("lr"), r"without a group 'lr' of its own \(it holds 'hr'\)"),
    "a dataset as group": (_replace("lr", np.zeros((3, 3))), "without a group 'lr'"),
    "three axes": (_replace("hr/1", np.zeros((2, 3, 4))), r"hr/1 is float64 of shape \(2, 3, 4\)"),
    "whole numbers": (_replace("hr/1", np.zeros((24, 48), "i4")), "hr/1 is int32"),
    "complex": (_replace("hr/1", np.zeros((24, 48), "c8")), "hr/1 is complex64"),
    "no pixels": (_replace("lr/1", np.zeros((0, 48))), r"lr/1 is float64 of shape \(0, 48\)"),
    "nothing at all": (_replace("lr/1", h5py.Empty("f")), "lr/1 is float32 of shape None"),
    "a group in place": (lambda f: (f.pop("hr/1"), f.create_group("hr/1")), "hr/1 is no dataset"),
    "other sizes": (_replace("lr/1", np.zeros((20, 48))), "hr/1 is 24x48 and lr/1 20x48"),
    "a larger lr": (_replace("lr/1", np.zeros((48, 96))), "hr/1 is 24x48 and lr/1 48x96"),
    "two scales": (_replace("lr/1", np.zeros((12, 24))), r"by 1 times \(0\), 2 times \(1\)"),
    "no pairs": (lambda f: (f.pop("lr"), f.create_group("lr")), "holds no pair of images"),
    "a strange scale": (lambda f: f.attrs.update(scale=5), "says that its scale is 5"),
    "a scale of text": (lambda f: f.attrs.update(scale="x" * 99), "says that its scale is xxx"),
    "one name twice": (
        lambda f: (f["hr/0"].attrs.update(name="cat"), f["hr/1"].attrs.update(name="cat")),
        "gives two images one name",
    ),
    "a path as name": (
        lambda f: f["hr/0"].attrs.update(name="../cat"),
        r"calls an image '\.\./cat",
    ),
    "an escape": (lambda f: f["hr/0"].attrs.update(name="\x1b[2J"), "calls an image"),
    "a number as name": (lambda f: f["hr/0"].attrs.update(name=7), "calls an image '7'"),
    "a long key": (lambda f: f["hr"].update({"x" * 300: np.zeros((3, 3))}), "calls an image 'xxx"),
}


@pytest.mark.parametrize("spoiled", _SPOILED)
def test_a_file_of_another_layout_is_refused_by_name(write, spoiled):
    change, message = _SPOILED[spoiled]
    with pytest.raises(BenchmarkError, match=message) as caught:
        read_luma_file(write(change))
    assert re.search("expected", str(caught.value))
    assert "eval.h5" in str(caught.value)


def test_no_image_is_served_from_elsewhere(write, tmp_path):
    """A stranger's file could otherwise show the pixels of any HDF5 that the reader may read."""
    shutil.copy(write(), tmp_path / "secret.h5")
    secret = str(tmp_path / "secret.h5")
    raw = tmp_path / "raw.bin"
    raw.write_bytes(bytes(24 * 48 * 4))
    layout = h5py.VirtualLayout((24, 48), "f4")
    layout[:] = h5py.VirtualSource(secret, "hr/1", (24, 48))

    def stored_outside(file):
        del file["hr/1"]
        file.create_dataset("hr/1", (24, 48), "f4", external=[(str(raw), 0, 24 * 48 * 4)])

    def virtual(file):
        del file["hr/1"]
        file.create_virtual_dataset("hr/1", layout)

    for change, message in (
        (_replace("hr/1", h5py.ExternalLink(secret, "hr/1")), "hr/1 is a link to elsewhere"),
        (_replace("hr/1", h5py.SoftLink("/hr/0")), "hr/1 is a link to elsewhere"),
        (_replace("hr", h5py.ExternalLink(secret, "hr")), "without a group 'hr' of its own"),
        (_replace("hr", h5py.SoftLink("/lr")), "without a group 'hr' of its own"),
        (stored_outside, "hr/1 is stored outside of the file"),
        (virtual, "hr/1 is stored outside of the file"),
    ):
        with pytest.raises(BenchmarkError, match=message):
            read_luma_file(write(change))


def test_a_link_that_replaces_an_image_later_is_refused_when_it_is_read(write, tmp_path):
    shutil.copy(write(), tmp_path / "secret.h5")
    path = write()
    [sample, *_] = parse_benchmark(str(path)).luma_samples(3).samples
    with h5py.File(path, "a") as file:
        _replace("hr/0", h5py.ExternalLink(str(tmp_path / "secret.h5"), "hr/0"))(file)
    with pytest.raises(BenchmarkError, match="hr/0 is a link to elsewhere"):
        sample.load()


def test_sizes_are_bounded_before_anything_is_read(write):
    def huge(file):
        del file["hr/0"]
        file.create_dataset("hr/0", (200_000, 200_000), "f4", chunks=(64, 64))

    def huge_chunk(file):
        del file["hr/0"]
        file.create_dataset("hr/0", (24, 36), "f4", chunks=(20_000, 20_000), maxshape=(None, None))

    for change in (huge, huge_chunk):
        with pytest.raises(ImageTooLargeError, match=r"hr/0 announces 4\d\d?,000,000"):
            read_luma_file(write(change))


def test_the_number_of_images_is_bounded(write, monkeypatch):
    monkeypatch.setattr("srlab.data.luma_file.MAX_IMAGES", 2)
    with pytest.raises(BenchmarkError, match="holds 3 images; at most 2 are read"):
        read_luma_file(write())


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (np.nan, "holds nan or infinity"),
        (np.inf, "holds nan or infinity"),
        (-0.5, r"runs from -0\.5 to"),
        (256, "to 256; expected grey levels from 0 to 255"),
    ],
)
def test_levels_that_are_none_are_refused_by_image(write, level, message):
    def change(file):
        file["lr/0"][3, 4] = level

    [sample, other, _] = parse_benchmark(str(write(change))).luma_samples(3).samples
    with pytest.raises(ImageUnreadableError, match=rf"eval\.h5:lr/0 .*{message}"):
        sample.load()
    assert other.load().luma is not None


def test_levels_from_0_to_1_are_noticed(write):
    def change(file):
        file["hr/0"][...] = file["hr/0"][()] / 255

    [sample, *_] = parse_benchmark(str(write(change))).luma_samples(3).samples
    with pytest.raises(ImageUnreadableError, match="as if white were 1; expected grey levels"):
        sample.load()


@pytest.mark.parametrize("content", [b"", b"text", b"\x89HDF\r\n\x1a\n" + bytes(500)])
def test_what_is_no_hdf5_is_refused_by_name(tmp_path, content):
    path = tmp_path / "eval.h5"
    path.write_bytes(content)
    with pytest.raises(BenchmarkError, match=r"eval\.h5 cannot be read as HDF5"):
        parse_benchmark(str(path)).samples(3)


def test_a_damaged_file_gives_an_error_of_srlab_wherever_it_is_damaged(write, rng):
    path = write()
    whole = path.read_bytes()
    refused = 0
    for place in rng.integers(0, len(whole), 60):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0xFF
        path.write_bytes(spoiled if place % 2 else whole[:place])
        try:
            for sample in parse_benchmark(str(path)).luma_samples(3).samples:
                sample.load()
        except SrlabError:
            refused += 1
    assert refused >= 30  # those that are cut off, at least


def test_a_file_of_patches_is_not_an_evaluation_file(tmp_path):
    with h5py.File(tmp_path / "patches.h5", "w") as file:
        file["x"] = file["y"] = np.zeros((3, 8, 8, 1), np.uint8)
    with pytest.raises(BenchmarkError, match=r"without a group 'hr'.*it holds 'x', 'y'"):
        parse_benchmark(str(tmp_path / "patches.h5")).samples(3)
