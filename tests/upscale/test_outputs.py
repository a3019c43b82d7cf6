"""Ready sr images, matched to samples by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from srlab.errors import UsageError
from srlab.upscale.outputs import Matches, match_outputs


def _match(
    folder: Path, files: list[str], samples: list[str], *, scale: int = 4
) -> tuple[dict[str, str], Matches]:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    matches = match_outputs(folder, samples, benchmark="set5", scale=scale)
    found = {name: str(path.relative_to(folder)) for name, path in matches.files.items()}
    return found, matches


@pytest.mark.parametrize(
    "file",
    [
        "img_001.png",
        "img_001.JPG",
        "img_001_EDSR.png",
        "img_001-out.webp",
        "img_001 (2).png",
        "img_001x4.png",
        "img_001x4_SwinIR.png",
        "img_001_x4.png",
        "img_001_SRF_4_EDSR.png",
    ],
)
def test_a_file_belongs_to_the_sample_that_its_name_begins_with(tmp_path, file: str) -> None:
    assert _match(tmp_path, [file], ["img_001"])[0] == {"img_001": file}


@pytest.mark.parametrize(
    "file", ["img_0012.png", "img_001b.png", "img_001x42.png", "my_img_001.png", "IMG_001.png"]
)
def test_a_file_whose_name_goes_on_belongs_to_another_sample(tmp_path, file: str) -> None:
    found, matches = _match(tmp_path, [file], ["img_001"])
    assert found == {}
    assert matches.unmatched_samples == ("img_001",)
    assert matches.unmatched_files == (tmp_path / file,)


@pytest.mark.parametrize("file", ["0801x2.png", "0801_x2.png", "0801_X2_EDSR.png", "0801x3.png"])
def test_a_file_of_another_scale_is_not_taken(tmp_path, file: str) -> None:
    assert _match(tmp_path, [file], ["0801"])[0] == {}


def test_all_scales_may_lie_in_one_folder(tmp_path) -> None:
    files = ["0801x2.png", "0801x3.png", "0801x4.png"]
    for scale in (2, 3, 4):
        found, matches = _match(tmp_path, files, ["0801"], scale=scale)
        assert found == {"0801": f"0801x{scale}.png"}
        assert len(matches.unmatched_files) == 2


def test_an_exact_name_counts_before_one_with_a_suffix(tmp_path) -> None:
    found, matches = _match(tmp_path, ["bird_EDSR.png", "bird.png"], ["bird"])
    assert found == {"bird": "bird.png"}
    assert matches.unmatched_files == (tmp_path / "bird_EDSR.png",)


def test_a_file_goes_to_the_longest_name_it_fits(tmp_path) -> None:
    found, _ = _match(tmp_path, ["bird_2_EDSR.png", "bird_EDSR.png"], ["bird", "bird_2"])
    assert found == {"bird": "bird_EDSR.png", "bird_2": "bird_2_EDSR.png"}


def test_what_is_left_over_on_either_side_is_reported(tmp_path) -> None:
    _, matches = _match(tmp_path, ["a.png", "zebra.png"], ["a", "b", "c"])
    assert matches.unmatched_samples == ("b", "c")
    assert matches.unmatched_files == (tmp_path / "zebra.png",)


@pytest.mark.parametrize("folder", ["set5/X4", "set5/x4", "Set5", "X4", "."])
def test_sub_folders_by_set_and_scale_are_looked_into(tmp_path, folder: str) -> None:
    found, _ = _match(tmp_path, [f"{folder}/a.png"], ["a"])
    assert found == {"a": str(Path(folder, "a.png"))}


def test_the_folder_of_the_set_and_scale_counts_before_the_others(tmp_path) -> None:
    files = ["a.png", "X4/a.png", "set5/a.png", "set5/X4/a.png", "set14/X4/a.png", "set5/X2/a.png"]
    assert _match(tmp_path, files, ["a"])[0] == {"a": "set5/X4/a.png"}


def test_hidden_files_other_kinds_and_folders_are_not_looked_at(tmp_path) -> None:
    (tmp_path / "a.png").mkdir()
    found, matches = _match(tmp_path, [".a.png", "a.txt", "a"], ["a"])
    assert found == {}
    assert matches.unmatched_files == ()


def test_a_folder_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder"):
        match_outputs(tmp_path / "nowhere", ["a"], benchmark="set5", scale=4)


def test_a_sample_of_a_class_is_looked_for_in_the_classs_folder(tmp_path) -> None:
    files = ["pie/7.png", "pie/70.png", "cake/7_EDSR.png", "7.png"]
    found, matches = _match(tmp_path, files, ["pie/7", "cake/7"])
    assert found == {"pie/7": "pie/7.png", "cake/7": "cake/7_EDSR.png"}
    assert matches.unmatched_files == (tmp_path / "pie/70.png",)


@pytest.mark.parametrize("sample", ["../7", "/7", "a/../../7"])
def test_a_samples_name_never_leads_out_of_the_folder(tmp_path, sample: str) -> None:
    (tmp_path / "7.png").touch()
    (tmp_path / "in" / "a").mkdir(parents=True)
    assert match_outputs(tmp_path / "in", [sample], benchmark="set5", scale=4).files == {}


def test_of_several_files_the_one_that_holds_the_label_counts(tmp_path) -> None:
    for name in ("p0_EDSR.png", "p0_RCAN.png", "p1_EDSR.png", "p1_RCAN.png"):
        (tmp_path / name).write_bytes(b"")
    for label in ("EDSR", "rcan"):
        found = match_outputs(tmp_path, ["p0", "p1"], benchmark="b", scale=2, label=label)
        assert {p.stem for p in found.files.values()} == {f"p{i}_{label.upper()}" for i in (0, 1)}
    found = match_outputs(tmp_path, ["p0"], benchmark="b", scale=2, label="mine")
    assert found.files == {}
    assert [path.name for path in found.ambiguous["p0"]] == ["p0_EDSR.png", "p0_RCAN.png"]


def test_hr_and_lr_are_no_outputs(tmp_path) -> None:
    for name in ("img_001_SRF_2_HR.png", "img_001_SRF_2_LR.png", "img_001_SRF_2_Kim.png"):
        (tmp_path / name).write_bytes(b"")
    found = match_outputs(tmp_path, ["img_001"], benchmark="b", scale=2, label="x")
    assert found.files["img_001"].name == "img_001_SRF_2_Kim.png"
    assert len(found.unmatched_files) == 2
