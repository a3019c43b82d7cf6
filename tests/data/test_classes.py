"""From what a person writes after --images to drawn images, and to a benchmark of them."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.data.classes import drawn_benchmark, parse_images
from srlab.data.materials import MATERIALS, material_patches
from srlab.errors import UsageError
from srlab.image.files import decode


@pytest.fixture
def pies(tmp_path, save, hr):
    for name in ("apple/1", "apple/2", "pot/1"):
        save(tmp_path / f"Pies/{name}.png", hr)
    return tmp_path / "Pies"


def names(images):
    return [image.name for image in images]


def test_materials_are_the_test_patches():
    images = parse_images("materials").draw()
    patches = material_patches("test")
    assert names(images) == [patch.name for patch in patches]
    assert parse_images("materials").labels() == MATERIALS
    np.testing.assert_array_equal(decode(images[70].source).pixels, patches[70].pixels)


def test_materials_are_drawn_the_same_every_time():
    assert names(parse_images("materials").draw(5, seed=0)) == [
        "camera/r7c0", "chelsea/r2c1", "grass/r3c0", "gravel/r5c1", "moon/r7c1",
    ]  # fmt: skip


def test_food101_is_pinned_to_a_revision():
    repo, _, revision = parse_images("food101").place.partition("@")
    assert repo == "ethz/food101"
    assert len(revision) == 40


def test_a_folder_is_named_by_itself_or_by_the_person(pies):
    assert parse_images(str(pies)).name == "pies"
    assert parse_images(f"mine={pies}").name == "mine"
    assert parse_images("mine=materials").name == "mine"


def test_the_part_of_a_set_is_named_after_the_set(tmp_path, save, hr):
    for name in ("a/1", "b/1"):
        save(tmp_path / f"Food-101/validation/{name}.png", hr)
    assert parse_images(str(tmp_path / "Food-101/validation")).name == "food-101-validation"


@pytest.mark.parametrize("text", ["food102", "./nothing", "", "mine=", "~nobody-of-that-name/x"])
def test_what_is_no_folder_is_told_what_else_is_known(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"expected food101, materials, or \[NAME=\]FOLDER"):
        parse_images(text)


def test_more_samples_than_there_are_names_both_numbers(pies):
    with pytest.raises(UsageError, match="4 samples are asked for and there are 3"):
        parse_images(str(pies)).draw(4)


def test_drawn_images_are_a_benchmark_of_hr(pies, hr):
    source = parse_images(str(pies))
    benchmark = drawn_benchmark(source, source.draw())
    samples = benchmark.samples(4).samples
    assert benchmark.name == "pies"
    assert benchmark.scales() is None
    assert names(samples) == ["apple/1", "apple/2", "pot/1"]
    assert samples[0].load().hr.shape == (48, 60, 3)


def test_patches_are_samples_without_a_file():
    source = parse_images("materials")
    sample = drawn_benchmark(source, source.draw(1)).samples(4).samples[0]
    assert isinstance(sample.hr_source, bytes)
    assert sample.load().lr.shape == (16, 16)


def test_the_shared_food_photographs_are_ten_classes_of_forty(shared):
    source = parse_images(str(shared / "data" / "food101" / "test"))
    images = source.draw()
    assert source.name == "food101-test"
    assert len(source.labels()) == 10
    assert len(images) == 400
    assert images[0].name == "apple_pie/101251"


def test_the_shared_food_photographs_are_drawn_the_same_every_time(shared):
    """The ids are those of the first run of this very draw."""
    source = parse_images(str(shared / "data" / "food101" / "test"))
    assert names(source.draw(6, seed=0)) == [
        "apple_pie/1269202", "baklava/1326926", "beef_carpaccio/127274",
        "beet_salad/132686", "beignets/1058530", "bread_pudding/1256062",
    ]  # fmt: skip
    assert names(source.draw(12, seed=0, stratified=True)) == [
        "apple_pie/1106961", "baby_back_ribs/1150028", "baklava/107830", "beef_carpaccio/132214",
        "beef_tartare/101073", "beet_salad/1071243", "beignets/1180200", "beignets/1258650",
        "bibimbap/1165461", "bibimbap/1191063", "bread_pudding/1372292",
        "breakfast_burrito/1279863",
    ]  # fmt: skip
