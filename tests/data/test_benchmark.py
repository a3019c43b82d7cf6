"""From what a person writes after -b to samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srlab.data.benchmark import parse_benchmark
from srlab.data.degradation import DEFAULT, GIVEN
from srlab.errors import BenchmarkError, UnknownNameError, UsageError


@pytest.fixture
def pairs(tmp_path, save_pair):
    """A set of img_1, img_2, img_10 with lr for scale 2."""
    for name in ("img_1", "img_2", "img_10"):
        save_pair(tmp_path / f"Pets/HR/{name}.png", tmp_path / f"Pets/LR_bicubic/X2/{name}.png", 2)
    return tmp_path / "Pets"


def names(samples):
    return [sample.name for sample in samples]


def test_a_known_name_means_the_known_set(tmp_path, monkeypatch):
    (tmp_path / "skimage").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse_benchmark("skimage").title == "scikit-image pictures"
    assert parse_benchmark("./skimage").title == "skimage"


def test_a_folder_is_called_by_its_name_in_lower_case(pairs):
    assert parse_benchmark(str(pairs)).name == "pets"
    assert parse_benchmark(f"{pairs}/HR").name == "pets"


def test_the_working_folder_itself_has_its_name(pairs, monkeypatch):
    monkeypatch.chdir(pairs / "HR")
    assert parse_benchmark(".").name == parse_benchmark("..").name == "pets"
    assert len(parse_benchmark(".").samples(2).samples) == 3


def test_the_validation_part_of_div2k_has_its_catalog_name(tmp_path, save, hr):
    save(tmp_path / "DIV2K/DIV2K_valid_HR/0801.png", hr)
    assert parse_benchmark(str(tmp_path / "DIV2K")).name == "div2k-valid"


def test_spaces_in_a_folders_name_become_dashes(tmp_path):
    (tmp_path / "My Pets").mkdir()
    assert parse_benchmark(str(tmp_path / "My Pets")).name == "my-pets"


def test_a_folder_name_that_fits_no_rule_asks_for_another(tmp_path):
    (tmp_path / "Haustiere (süß)").mkdir()
    with pytest.raises(UsageError, match="NAME="):
        parse_benchmark(str(tmp_path / "Haustiere (süß)"))


def test_a_person_may_name_a_folder(pairs):
    assert parse_benchmark(f"mine={pairs}").name == "mine"


@pytest.mark.parametrize("name", ["my set", "-x", "x" * 65, ""])
def test_a_name_that_does_not_fit_is_refused(pairs, name):
    with pytest.raises(UsageError, match="is no name for a benchmark"):
        parse_benchmark(f"{name}={pairs}")


def test_an_equals_sign_in_a_path_is_part_of_the_path(tmp_path):
    (tmp_path / "a=b").mkdir()
    with pytest.raises(UsageError, match="NAME="):
        parse_benchmark(str(tmp_path / "a=b"))
    assert parse_benchmark(f"ab={tmp_path / 'a=b'}").title == "a=b"


def test_an_unknown_word_gets_the_nearest_names_and_how_a_folder_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError, match=r"did you mean .*set5.* \./set55"):
        parse_benchmark("set55")


def test_a_path_without_a_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there is no folder"):
        parse_benchmark(str(tmp_path / "nothing"))


def test_the_home_of_a_person_who_is_not_there_is_refused():
    with pytest.raises(UsageError, match="there is no folder"):
        parse_benchmark("~nobody-of-that-name/Set5")


def test_a_folder_that_went_away_is_named(tmp_path):
    (tmp_path / "gone").mkdir()
    source = parse_benchmark(str(tmp_path / "gone"))
    (tmp_path / "gone").rmdir()
    with pytest.raises(BenchmarkError, match="gone cannot be read"):
        source.samples(2)


def test_another_file_is_not_a_benchmark(tmp_path):
    (tmp_path / "set.zip").touch()
    with pytest.raises(UsageError, match=r"is a file; .* or an evaluation file \(\.h5\)"):
        parse_benchmark(str(tmp_path / "set.zip"))


def test_an_evaluation_file_that_is_not_there_comes_with_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"srlab pack -b BENCHMARK -s SCALE -o eval\.h5"):
        parse_benchmark("eval.h5")


def test_manga109_must_be_brought(tmp_path):
    with pytest.raises(BenchmarkError, match="manga109=FOLDER"):
        parse_benchmark("manga109")
    assert parse_benchmark(f"manga109={tmp_path}").name == "manga109"


def test_the_lr_that_a_set_brings_is_taken_for_its_scale(pairs):
    found = parse_benchmark(str(pairs)).samples(2)
    assert names(found.samples) == ["img_1", "img_2", "img_10"]
    assert {sample.degradation for sample in found.samples} == {"given"}
    assert found.missing == ()


def test_another_scale_is_made_from_hr(pairs):
    (sample, *_) = parse_benchmark(str(pairs)).samples(4).samples
    assert sample.degradation == "matlab-bicubic"
    assert sample.load().lr.shape == (12, 15, 3)


def test_a_named_degradation_makes_lr_anew(pairs):
    source = parse_benchmark(str(pairs))
    (sample, *_) = source.samples(2, degradation="pil-bicubic").samples
    assert sample.lr_source is None
    assert not np.array_equal(sample.load().lr, source.samples(2).samples[0].load().lr)


def test_given_where_no_lr_is_given_is_refused(pairs):
    with pytest.raises(BenchmarkError, match="brings no lr for x3"):
        parse_benchmark(str(pairs)).samples(3, degradation="given")


def test_an_unknown_degradation_is_refused(pairs):
    with pytest.raises(UnknownNameError, match="matlab-bicubic"):
        parse_benchmark(str(pairs)).samples(2, degradation="matlab")


def test_images_without_a_partner_are_missing_and_the_rest_is_served(pairs):
    (pairs / "LR_bicubic/X2/img_2.png").unlink()
    (pairs / "HR/img_10.png").unlink()
    found = parse_benchmark(str(pairs)).samples(2)
    assert names(found.samples) == ["img_1"]
    assert names(found.missing) == ["img_2", "img_10"]
    assert "has no x2 lr" in found.missing[0].reason
    assert "has no hr" in found.missing[1].reason


def test_missing_lr_files_do_not_matter_to_a_named_degradation(pairs):
    (pairs / "LR_bicubic/X2/img_2.png").unlink()
    found = parse_benchmark(str(pairs)).samples(2, degradation="matlab-bicubic")
    assert len(found.samples) == 3
    assert found.missing == ()


def test_a_limit_takes_the_first_in_natural_order(pairs):
    assert names(parse_benchmark(str(pairs)).samples(2, limit=2).samples) == ["img_1", "img_2"]


def test_a_limit_under_one_is_refused(pairs):
    with pytest.raises(UsageError, match="at least 1"):
        parse_benchmark(str(pairs)).samples(2, limit=0)


def test_a_scale_that_nobody_serves_is_refused(pairs):
    with pytest.raises(UsageError, match="x2, x3, x4, x8"):
        parse_benchmark(str(pairs)).samples(5)


def test_a_scale_that_a_folder_lacks_names_those_it_has(tmp_path, save_pair):
    for scale in (2, 4):
        folder = tmp_path / f"Set/image_SRF_{scale}"
        save_pair(folder / "a_HR.png", folder / "a_LR.png", scale)
    source = parse_benchmark(str(tmp_path / "Set"))
    assert source.scales() == (2, 4)
    with pytest.raises(UsageError, match="set holds x2, x4 and not x3"):
        source.samples(3)


def test_the_embedded_set_serves_seventeen_samples_at_any_scale():
    source = parse_benchmark("skimage")
    assert source.scales() is None
    found = source.samples(3)
    assert len(found.samples) == 17
    assert all(sample.benchmark == "skimage" for sample in found.samples)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("Set5", 5), ("Set14", 14), ("BSD100", 100)])
def test_the_released_sets_are_complete_at_every_scale(shared, name, count):
    source = parse_benchmark(str(shared / "data/benchmarks" / name))
    assert source.name == name.lower()
    assert source.scales() == (2, 3, 4)
    first = source.samples(2)
    for scale in (2, 3, 4):
        found = source.samples(scale)
        assert len(found.samples) == count
        assert found.missing == ()
        assert names(found.samples) == names(first.samples)


@pytest.mark.shared
def test_the_released_pairs_of_set5_load_without_a_doubt(shared):
    source = parse_benchmark(str(shared / "data/benchmarks/Set5/image_SRF_3"))
    assert source.name == "set5"
    for sample in source.samples(3).samples:
        pair = sample.load()
        assert pair.hr_notes == pair.lr_notes == ()
        assert pair.hr_bytes == sample.hr_source.read_bytes()


def test_lr_that_a_person_names_is_used_for_the_scales_it_has(tmp_path, save, hr):
    for name in ("cat", "dog"):
        save(tmp_path / f"photos/{name}.png", hr)
        save(tmp_path / f"mine/{name}_x2.png", hr[:50:2, :62:2].copy())
    source = replace(parse_benchmark(str(tmp_path / "photos")), lr=tmp_path / "mine")
    assert {s.degradation for s in source.samples(2).samples} == {GIVEN}
    assert source.samples(2).given.keys() == {"cat", "dog"}
    with pytest.raises(BenchmarkError, match=r"mine holds lr of x2 alone; .* leave out --lr"):
        source.samples(3)


def test_a_named_folder_without_fitting_lr_is_refused(tmp_path, save, hr):
    save(tmp_path / "photos/cat.png", hr)
    (tmp_path / "empty").mkdir()
    save(tmp_path / "other/dog.png", hr[::2, ::2].copy())
    for name, reason in (("empty", "holds no lr images"), ("other", "none of which is named")):
        source = replace(parse_benchmark(str(tmp_path / "photos")), lr=tmp_path / name)
        with pytest.raises(BenchmarkError, match=reason):
            source.samples(2)


def test_lr_that_is_not_understood_is_an_error_unless_it_is_to_be_made(tmp_path, save, hr):
    save(tmp_path / "set/HR/cat.png", hr)
    save(tmp_path / "set/small/cat.png", hr[:50:2, :62:2].copy())
    source = parse_benchmark(str(tmp_path / "set"))
    with pytest.raises(BenchmarkError, match="look like hr made 2 times smaller"):
        source.samples(2)
    assert len(source.samples(2, degradation=DEFAULT).samples) == 1
    assert len(source.samples(3).samples) == 1


def test_a_name_in_capitals_is_taken_in_lower_case(pairs):
    assert parse_benchmark(f"Set5={pairs}").name == "set5"
