"""Converting files outside any store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srlab.errors import UsageError
from srlab.image.files import read_image
from srlab.study.converting import convert_files


def test_a_folder_is_converted_under_its_names(folder: Path, tmp_path: Path) -> None:
    done = convert_files(folder / "photos", tmp_path / "out", lambda p: p[::2, ::2])
    assert [path.name for path in done.written] == ["cat.png", "grey_cat.png"]
    assert done.troubles == ()
    assert read_image(done.written[0]).shape == (24, 30, 3)


def test_one_image_goes_into_a_folder_or_to_the_file_named(folder: Path, tmp_path: Path) -> None:
    source = folder / "photos" / "cat.png"
    for output, expected in ((tmp_path / "out", "out/cat.png"), (tmp_path / "x.png", "x.png")):
        assert convert_files(source, output, np.copy).written == (tmp_path / expected,)


def test_a_broken_image_is_named_and_the_others_are_converted(folder: Path, tmp_path) -> None:
    (folder / "photos" / "broken.png").write_text("text")
    done = convert_files(folder / "photos", tmp_path / "out", np.copy)
    assert len(done.written) == 2
    [trouble] = done.troubles
    assert "broken.png: image-unreadable" in trouble


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
