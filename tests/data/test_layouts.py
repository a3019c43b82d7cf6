"""Every way in which the folder of a set may be laid out."""

from __future__ import annotations

import os

import numpy as np
import pytest

from srlab.data.folders import images, natural
from srlab.data.layouts import read_folder, set_title
from srlab.errors import BenchmarkError
from srlab.image.files import write_image


def test_a_flat_folder_serves_its_images_as_hr_at_any_scale(tmp_path, save, hr, grey):
    save(tmp_path / "cat.png", hr)
    save(tmp_path / "man.bmp", grey)
    found = read_folder(tmp_path)
    assert found.scales is None
    assert found.at(3).hr.keys() == {"cat", "man"}
    assert found.at(3).lr is None


def test_a_flat_folder_keeps_an_x4_that_belongs_to_the_name(tmp_path, save, hr):
    save(tmp_path / "suzuki_sx4.png", hr)
    save(tmp_path / "cat_x2.png", hr)
    assert read_folder(tmp_path).at(2).hr.keys() == {"suzuki_sx4", "cat_x2"}


@pytest.mark.parametrize("named", ["", "HR"])
@pytest.mark.parametrize("lr", ["LR_bicubic/X2/{}.png", "LR_bicubic/x2/{}x2.png"])
def test_hr_beside_lr_bicubic_is_paired(tmp_path, save_pair, named, lr):
    for name in ("cat", "dog"):
        save_pair(tmp_path / f"HR/{name}.png", tmp_path / lr.format(name), 2)
    pairing = read_folder(tmp_path / named).at(2)
    assert pairing.hr.keys() == pairing.lr.keys() == {"cat", "dog"}


def test_hr_beside_lr_serves_other_scales_without_lr(tmp_path, save_pair):
    save_pair(tmp_path / "HR/cat.png", tmp_path / "LR_bicubic/X2/catx2.png", 2)
    found = read_folder(tmp_path)
    assert found.scales is None
    assert found.at(2).lr is not None
    assert found.at(3).lr is None


def test_names_that_end_in_the_scale_stay_apart_from_the_suffix(tmp_path, save_pair):
    for name in ("sx4", "s"):
        save_pair(tmp_path / f"HR/{name}.png", tmp_path / f"LR_bicubic/X4/{name}x4.png", 4)
    assert read_folder(tmp_path).at(4).lr.keys() == {"sx4", "s"}


@pytest.mark.parametrize("named", ["", "GTmod12"])
def test_gtmod12_beside_lrbicx4_is_paired(tmp_path, save_pair, named):
    save_pair(tmp_path / "GTmod12/baby.png", tmp_path / "LRbicx4/baby.png", 4)
    pairing = read_folder(tmp_path / named).at(4)
    assert pairing.hr.keys() == pairing.lr.keys() == {"baby"}


@pytest.mark.parametrize("named", ["", "DIV2K_valid_HR"])
def test_div2k_is_paired(tmp_path, save_pair, named):
    save_pair(
        tmp_path / "DIV2K_valid_HR/0801.png",
        tmp_path / "DIV2K_valid_LR_bicubic/X4/0801x4.png",
        4,
    )
    pairing = read_folder(tmp_path / named).at(4)
    assert pairing.hr.keys() == pairing.lr.keys() == {"0801"}


def test_a_folder_with_two_parts_of_div2k_must_be_named_more_closely(tmp_path, save, hr):
    save(tmp_path / "DIV2K_train_HR/0001.png", hr)
    save(tmp_path / "DIV2K_valid_HR/0801.png", hr)
    with pytest.raises(BenchmarkError, match="several sets"):
        read_folder(tmp_path)


def test_a_folder_of_image_srf_folders_picks_by_scale(tmp_path, save_pair):
    for scale in (2, 4):
        stem = tmp_path / f"image_SRF_{scale}" / f"img_001_SRF_{scale}"
        save_pair(
            stem.with_name(stem.name + "_HR.png"), stem.with_name(stem.name + "_LR.png"), scale
        )
    found = read_folder(tmp_path)
    assert found.scales == (2, 4)
    assert found.at(4).hr["img_001"].name == "img_001_SRF_4_HR.png"
    assert found.at(4).lr["img_001"].name == "img_001_SRF_4_LR.png"
    assert found.at(3) is None


def test_an_image_srf_folder_serves_its_own_scale_only(tmp_path, save_pair):
    folder = tmp_path / "image_SRF_2"
    save_pair(folder / "a_HR.png", folder / "a_LR.png", 2)
    assert read_folder(folder).scales == (2,)


def test_other_methods_results_in_an_image_srf_folder_are_passed_over(
    tmp_path, save_pair, save, hr
):
    folder = tmp_path / "image_SRF_2"
    save_pair(folder / "img_001_SRF_2_HR.png", folder / "img_001_SRF_2_LR.png", 2)
    save(folder / "img_001_SRF_2_A+.png", hr)
    save(folder / "img_001_SRF_2_Kim_2010.png", hr)
    assert read_folder(folder).at(2).hr.keys() == {"img_001"}


def test_an_image_srf_folder_of_other_files_is_refused(tmp_path, save, hr):
    save(tmp_path / "image_SRF_2" / "cat.png", hr)
    with pytest.raises(BenchmarkError, match="as its name promises"):
        read_folder(tmp_path / "image_SRF_2")


def test_pairs_that_say_no_scale_are_measured(tmp_path, save_pair):
    save_pair(tmp_path / "cat_HR.png", tmp_path / "cat_LR.png", 3)
    found = read_folder(tmp_path)
    assert found.scales == (3,)
    assert found.at(3).lr.keys() == {"cat"}


def test_hr_suffixes_without_any_lr_are_a_flat_folder_with_clean_names(tmp_path, save, hr):
    save(tmp_path / "cat_HR.png", hr)
    found = read_folder(tmp_path)
    assert found.scales is None
    assert found.at(2).hr.keys() == {"cat"}


def test_an_lr_suffix_without_any_hr_is_refused(tmp_path, save, hr):
    save(tmp_path / "cat_LR.png", hr)
    with pytest.raises(BenchmarkError, match="expected both of a pair"):
        read_folder(tmp_path)


def test_an_empty_folder_is_told_what_was_expected(tmp_path):
    with pytest.raises(BenchmarkError, match=r"is empty; expected images .*LR_bicubic"):
        read_folder(tmp_path)


def test_a_folder_without_images_is_told_so(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(BenchmarkError, match="holds no images"):
        read_folder(tmp_path)


def test_an_empty_hr_folder_is_named(tmp_path):
    (tmp_path / "HR").mkdir()
    with pytest.raises(BenchmarkError, match="HR holds no images"):
        read_folder(tmp_path)


def test_two_files_of_one_stem_are_refused_by_name(tmp_path, save, hr):
    save(tmp_path / "cat.png", hr)
    save(tmp_path / "cat.jpg", hr)
    with pytest.raises(BenchmarkError, match=r"cat\.jpg and cat\.png"):
        images(tmp_path)


def test_hidden_files_are_not_looked_at(tmp_path, save, hr):
    save(tmp_path / "cat.png", hr)
    save(tmp_path / "._cat.png", hr)
    assert images(tmp_path).keys() == {"cat"}


def test_names_are_in_natural_order(tmp_path, save, hr):
    for name in ("img_10", "img_2", "img", "IMG_3"):
        save(tmp_path / f"{name}.png", hr)
    assert list(images(tmp_path)) == ["img", "img_2", "IMG_3", "img_10"]
    assert sorted(["b10", "b9", "b"], key=natural) == ["b", "b9", "b10"]


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("Set5", "Set5"),
        ("Set5/HR", "Set5"),
        ("Set5/GTmod12", "Set5"),
        ("Set5/image_SRF_2", "Set5"),
        ("DIV2K/DIV2K_valid_HR", "DIV2K_valid"),
        ("DIV2K", "DIV2K_valid"),
    ],
)
def test_a_set_is_called_by_its_own_folder(tmp_path, folder, title):
    (tmp_path / "DIV2K/DIV2K_valid_HR").mkdir(parents=True)
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert set_title(tmp_path / folder) == title


def test_a_stray_image_among_pairs_is_an_hr_without_lr(tmp_path, save_pair, save, hr):
    """It is named as one that lacks its lr, and no lr is scored as hr."""
    save_pair(tmp_path / "a_HR.png", tmp_path / "a_LR.png", 2)
    save(tmp_path / "preview.png", hr)
    found = read_folder(tmp_path)
    assert found.scales == (2,)
    assert found.at(2).hr.keys() == {"a", "preview"}
    assert found.at(2).lr.keys() == {"a"}


@pytest.mark.parametrize("named", ["", "HR"])
@pytest.mark.parametrize(
    ("hr_name", "lr_name"),
    [
        ("HR/{}.png", "LR/{}.png"),
        ("HR/{}.png", "LR/{}x2.png"),
        ("HR/{}.png", "LR/{}_x2.png"),
        ("HR/{}.png", "lr/X2/{}.png"),
        ("HR/{}.png", "LR_unknown/X2/{}x2.png"),
        ("HR/{}.png", "LR_mild/{}x2m.png"),
        ("HR/{}.png", "X2/{}.png"),
        ("HR/{}.png", "x2/{}x2.png"),
        ("HR/{}.png", "LR_x2/{}.png"),
        ("HR/{}_HR.png", "LR/{}_LR.png"),
        ("HR/hr_{}.png", "LR/lr_{}.png"),
    ],
)
def test_lr_beside_hr_is_used(tmp_path, save_pair, named, hr_name, lr_name):
    for name in ("cat", "dog"):
        save_pair(tmp_path / hr_name.format(name), tmp_path / lr_name.format(name), 2)
    pairing = read_folder(tmp_path / named).at(2)
    assert pairing.lr is not None
    assert pairing.hr.keys() == pairing.lr.keys()
    assert len(pairing.hr) == 2


@pytest.mark.parametrize(
    ("hr_name", "lr_name"),
    [
        ("GT/{}.png", "LQ/{}.png"),
        ("target/{}.png", "input/{}.png"),
        ("hr/{}.png", "lr/{}.png"),
        ("DIV2K_valid_HR/{}.png", "DIV2K_valid_LR_unknown/X2/{}x2.png"),
        ("DIV2K_valid_HR/{}.png", "DIV2K_valid_LR_wild/{}x2w.png"),
        ("div2k_valid_hr/{}.PNG", "div2k_valid_lr_difficult/{}x2d.png"),
        ("{}_hr.png", "{}_lr.png"),
        ("hr_{}.png", "lr_{}.png"),
        ("{}_GT.png", "{}_LQ.png"),
        ("{}.png", "{}_LR.png"),
        ("{}.png", "{}_LR_x2.png"),
        ("{}.png", "LR/{}.png"),
        ("{}.png", "X2/{}.png"),
        ("HR/Set5/x2/{}_HR_x2.png", "LR/LRBI/Set5/x2/{}_LRBI_x2.png"),
        ("HR/Set5/x2/{}_HR_x2.png", "LR/Set5/x2/{}_x2.png"),
    ],
)
def test_other_words_for_hr_and_lr_are_understood(tmp_path, save_pair, hr_name, lr_name):
    for name in ("cat", "dog"):
        save_pair(tmp_path / hr_name.format(name), tmp_path / lr_name.format(name), 2)
    pairing = read_folder(tmp_path).at(2)
    assert pairing.lr is not None
    assert pairing.hr.keys() == pairing.lr.keys() == {"cat", "dog"}


@pytest.mark.parametrize("below", ["HR/Set5", "HR/Set5/x2"])
def test_a_set_in_a_tree_of_scales_may_be_named_itself(tmp_path, save_pair, save, hr, below):
    save_pair(tmp_path / "HR/Set5/x2/a_HR_x2.png", tmp_path / "LR/LRBI/Set5/x2/a_LRBI_x2.png", 2)
    save(tmp_path / "HR/Set14/x2/b_HR_x2.png", hr)
    found = read_folder(tmp_path / below)
    assert found.at(2).lr.keys() == {"a"}
    assert set_title(tmp_path / below) == "Set5"
    with pytest.raises(BenchmarkError, match=r"several sets \(Set5, Set14\)"):
        read_folder(tmp_path)


def test_small_versions_that_nobody_understands_are_refused_by_name(tmp_path, save_pair):
    for name in ("cat", "dog"):
        save_pair(tmp_path / f"HR/{name}.png", tmp_path / f"small/{name}.png", 2)
    found = read_folder(tmp_path)
    assert found.at(2).lr is None
    assert "small holds images that look like hr made 2 times smaller (cat.png" in found.refused[2]
    assert f"--lr {tmp_path / 'small'}" in found.refused[2]
    assert 3 not in found.refused


@pytest.mark.parametrize("place", ["photos/mini", "beside"])
def test_small_versions_around_a_flat_folder_are_refused_too(tmp_path, save_pair, place):
    save_pair(tmp_path / "photos/cat.png", tmp_path / place / "cat.png", 4)
    assert set(read_folder(tmp_path / "photos").refused) == {4}


def test_outputs_beside_hr_are_no_lr(tmp_path, save, hr):
    for folder in ("HR", "EDSR", "srcnn"):
        save(tmp_path / folder / "cat.png", hr)
    found = read_folder(tmp_path)
    assert found.refused == {}
    assert found.at(2).lr is None


def test_two_lr_of_one_scale_are_refused_for_nobody_said_which(tmp_path, save_pair):
    for kind in ("bicubic", "unknown"):
        save_pair(tmp_path / "HR/cat.png", tmp_path / f"LR_{kind}/X2/cat.png", 2)
    found = read_folder(tmp_path)
    assert found.at(2).lr is None
    assert "both hold lr of x2; name the lr to be used (--lr" in found.refused[2]


def test_lr_as_large_as_hr_or_of_other_names_is_refused(tmp_path, save, hr):
    save(tmp_path / "a/target/cat.png", hr)
    save(tmp_path / "a/input/cat.png", hr)
    assert "not 2, 3, 4 or 8 times smaller" in read_folder(tmp_path / "a").refused[2]
    save(tmp_path / "b/HR/cat.png", hr)
    save(tmp_path / "b/LR/dog.png", hr[::2, ::2].copy())
    assert "none of which is named as an hr image (dog)" in read_folder(tmp_path / "b").refused[2]


def test_one_hr_suffix_among_plain_images_does_not_spoil_the_set(tmp_path, save, hr):
    for name in ("cat", "dog", "parrot_HR"):
        save(tmp_path / f"{name}.png", hr)
    assert read_folder(tmp_path).at(2).hr.keys() == {"cat", "dog", "parrot_HR"}


def test_a_file_name_that_is_no_utf8_gives_a_name_that_can_be_written(tmp_path):
    write_image(tmp_path / "fine.png", np.zeros((24, 24), np.uint8))
    (tmp_path / "fine.png").rename(os.fsdecode(os.fsencode(tmp_path) + b"/A\xff.png"))
    [name] = images(tmp_path)
    assert name.encode()
