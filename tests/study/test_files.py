"""Scoring and converting files outside any store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srlab.errors import UsageError
from srlab.image.files import read_image, write_image
from srlab.metrics.score import score
from srlab.study.files import convert_files, score_files

_WANTED = {"metrics": ["psnr"], "protocols": ["paper-y"]}


@pytest.fixture
def noisy(photo):
    noise = np.random.default_rng(0).integers(-9, 10, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def test_two_files_are_one_sample(tmp_path: Path, photo, noisy) -> None:
    write_image(tmp_path / "sr.png", noisy)
    write_image(tmp_path / "hr.png", photo)
    table, troubles = score_files(tmp_path / "sr.png", tmp_path / "hr.png", scale=2, **_WANTED)
    assert table.columns.tolist() == ["sample", "metric", "protocol", "value"]
    assert (
        table["value"].tolist() == score(noisy, photo, scale=2, metrics=["psnr"])["value"].tolist()
    )
    assert troubles == []


@pytest.fixture
def folders(tmp_path: Path, photo, noisy) -> tuple[Path, Path]:
    """Two folders with the pictures a and b; sr holds c and hr d besides."""
    for folder, pixels, names in (("sr", noisy, "abc"), ("hr", photo, "abd")):
        (tmp_path / folder).mkdir()
        for name in names:
            write_image(tmp_path / folder / f"{name}.png", pixels)
    return tmp_path / "sr", tmp_path / "hr"


def test_two_folders_are_matched_by_name_and_the_rest_is_named(folders) -> None:
    table, troubles = score_files(*folders, scale=2, **_WANTED)
    sr, hr = folders
    assert table["sample"].tolist() == ["a", "b"]
    assert troubles == [
        f"c: partner-missing: only in {sr}",
        f"d: partner-missing: only in {hr}",
    ]


def test_a_pair_that_does_not_fit_is_named_and_the_others_are_scored(folders, photo) -> None:
    write_image(folders[0] / "a.png", photo[:-2].copy())
    table, troubles = score_files(*folders, scale=2, **_WANTED)
    assert table["sample"].tolist() == ["b"]
    assert troubles[-1].startswith("a: size-mismatch: ")


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


def test_a_folder_is_converted_under_its_names(folder: Path, tmp_path: Path) -> None:
    written, troubles = convert_files(folder / "photos", tmp_path / "out", lambda p: p[::2, ::2])
    assert [path.name for path in written] == ["cat.png", "grey_cat.png"]
    assert troubles == []
    assert read_image(written[0]).shape == (24, 30, 3)


def test_one_image_goes_into_a_folder_or_to_the_file_named(folder: Path, tmp_path: Path) -> None:
    source = folder / "photos" / "cat.png"
    for output, expected in ((tmp_path / "out", "out/cat.png"), (tmp_path / "x.png", "x.png")):
        assert convert_files(source, output, np.copy)[0] == [tmp_path / expected]


def test_a_broken_image_is_named_and_the_others_are_converted(folder: Path, tmp_path) -> None:
    (folder / "photos" / "broken.png").write_text("text")
    written, troubles = convert_files(folder / "photos", tmp_path / "out", np.copy)
    assert len(written) == 2
    assert len(troubles) == 1
    assert "broken.png: image-unreadable" in troubles[0]


def test_a_source_is_never_written_over(folder: Path) -> None:
    before = (folder / "photos" / "cat.png").read_bytes()
    with pytest.raises(UsageError, match="would be written over"):
        convert_files(folder / "photos", folder / "photos", lambda p: p[::2, ::2])
    with pytest.raises(UsageError, match="would be written over"):
        convert_files(
            folder / "photos" / "cat.png", folder / "photos" / ".." / "photos" / "cat.png", np.copy
        )
    assert (folder / "photos" / "cat.png").read_bytes() == before


def test_a_folder_cannot_be_converted_to_one_file(folder: Path) -> None:
    with pytest.raises(UsageError, match="must be a folder too"):
        convert_files(folder / "photos", folder / "out.png", np.copy)


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no images"):
        convert_files(tmp_path / "empty", tmp_path / "out", np.copy)


def test_a_source_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no .*nothere"):
        convert_files(tmp_path / "nothere.png", tmp_path / "out", np.copy)


def test_an_output_that_cannot_be_a_folder_is_wrong_usage(folder: Path) -> None:
    (folder / "out").touch()
    with pytest.raises(UsageError, match="cannot be made"):
        convert_files(folder / "photos", folder / "out", np.copy)
