"""Scoring and converting files outside any store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srlab.errors import UsageError
from srlab.image.files import write_image
from srlab.metrics.score import score
from srlab.study.scoring import score_files

_WANTED = {"metrics": ["psnr"], "protocols": ["paper-y"]}


@pytest.fixture
def noisy(photo):
    noise = np.random.default_rng(0).integers(-9, 10, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def test_two_files_are_one_sample(tmp_path: Path, photo, noisy) -> None:
    write_image(tmp_path / "sr.png", noisy)
    write_image(tmp_path / "hr.png", photo)
    done = score_files(tmp_path / "sr.png", tmp_path / "hr.png", scale=2, **_WANTED)
    table = done.table
    assert table.columns.tolist() == ["sample", "metric", "protocol", "value"]
    assert (
        table["value"].tolist() == score(noisy, photo, scale=2, metrics=["psnr"])["value"].tolist()
    )
    assert (done.troubles, done.notes) == ((), ())


@pytest.fixture
def folders(tmp_path: Path, photo, noisy) -> tuple[Path, Path]:
    """Two folders with the pictures a and b; sr holds c and hr d besides."""
    for folder, pixels, names in (("sr", noisy, "abc"), ("hr", photo, "abd")):
        (tmp_path / folder).mkdir()
        for name in names:
            write_image(tmp_path / folder / f"{name}.png", pixels)
    return tmp_path / "sr", tmp_path / "hr"


def test_two_folders_are_matched_by_name_and_the_rest_is_named(folders) -> None:
    done = score_files(*folders, scale=2, **_WANTED)
    sr, hr = folders
    assert done.table["sample"].tolist() == ["a", "b"]
    assert done.troubles == (
        f"d: partner-missing: only in {hr}",
        f"c: partner-missing: only in {sr}",
    )


def test_a_pair_that_does_not_fit_is_named_and_the_others_are_scored(folders, photo) -> None:
    write_image(folders[0] / "a.png", photo[:-2].copy())
    done = score_files(*folders, scale=2, **_WANTED)
    assert done.table["sample"].tolist() == ["b"]
    assert done.troubles[-1].startswith("a: size-mismatch: ")


def test_folders_without_a_common_name_are_refused(tmp_path: Path, photo) -> None:
    for folder, name in (("sr", "a"), ("hr", "b")):
        (tmp_path / folder).mkdir()
        write_image(tmp_path / folder / f"{name}.png", photo)
    with pytest.raises(UsageError, match="files are matched by stem"):
        score_files(tmp_path / "sr", tmp_path / "hr", scale=2, **_WANTED)


def test_a_file_and_a_folder_are_refused(folders) -> None:
    with pytest.raises(UsageError, match="must be two images or two folders"):
        score_files(folders[0] / "a.png", folders[1], scale=2, **_WANTED)


def test_what_is_not_there_is_wrong_usage(folders, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no .*nothere"):
        score_files(folders[0], tmp_path / "nothere", scale=2, **_WANTED)


def test_a_protocol_that_needs_the_scale_says_so(folders) -> None:
    with pytest.raises(UsageError, match="no scale was given"):
        score_files(*folders, scale=None, **_WANTED)


def test_outputs_are_matched_as_an_evaluation_matches_them(tmp_path: Path, photo, noisy) -> None:
    hr, sr = tmp_path / "Set5" / "HR", tmp_path / "out" / "set5" / "X2"
    for folder in (hr, sr):
        folder.mkdir(parents=True)
    for name in ("baby", "bird"):
        write_image(hr / f"{name}_HR.png", photo)
    write_image(sr / "baby_EDSR.png", noisy)
    write_image(sr / "birdx2.png", photo)
    done = score_files(tmp_path / "out", tmp_path / "Set5", scale=2, **_WANTED)
    assert done.table["sample"].tolist() == ["baby", "bird"]
    assert done.table["value"].tolist()[1] == np.inf
    assert done.troubles == ()


def test_outputs_that_kept_the_names_of_hr_files_are_theirs(tmp_path: Path, photo, noisy) -> None:
    for folder, pixels in (("hr", photo), ("sr", noisy)):
        (tmp_path / folder).mkdir()
        write_image(tmp_path / folder / "baby_HR.png", pixels)
    done = score_files(tmp_path / "sr", tmp_path / "hr", scale=2, **_WANTED)
    assert done.table["sample"].tolist() == ["baby"]
    assert done.troubles == ()


def test_several_files_of_a_sample_are_not_chosen_among(folders, noisy) -> None:
    (folders[0] / "a.png").unlink()
    for name in ("a_one", "a_two"):
        write_image(folders[0] / f"{name}.png", noisy)
    done = score_files(*folders, scale=2, **_WANTED)
    assert done.table["sample"].tolist() == ["b"]
    assert "a: partner-missing" in done.troubles[0]
    assert "a_one.png, a_two.png" in done.troubles[0]


def test_equal_odd_sizes_are_cut_alike(tmp_path: Path, photo, noisy) -> None:
    write_image(tmp_path / "sr.png", noisy[:47, :59].copy())
    write_image(tmp_path / "hr.png", photo[:47, :59].copy())
    done = score_files(tmp_path / "sr.png", tmp_path / "hr.png", scale=2, **_WANTED)
    expected = score(noisy[:46, :58], photo[:46, :58], scale=2, metrics=["psnr"])["value"]
    assert done.table["value"].tolist() == expected.tolist()


def test_a_metric_that_fails_keeps_the_others(tmp_path: Path, photo, noisy) -> None:
    for name, pixels in (("sr", noisy), ("hr", photo)):
        write_image(tmp_path / f"{name}.png", pixels[:10, :10].copy())
    done = score_files(
        tmp_path / "sr.png",
        tmp_path / "hr.png",
        scale=None,
        metrics=["psnr", "ssim", "mae"],
        protocols=["full-rgb"],
    )
    assert done.table["metric"].tolist() == ["psnr", "mae"]
    [trouble] = done.troubles
    assert trouble.startswith("sr: ssim under full-rgb: image-too-small")
