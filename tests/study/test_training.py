"""Studies that train first: one file from the recipe to the report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from srlab.analysis.frames import scores
from srlab.errors import Silent, StudyError, UnknownNameError, UsageError
from srlab.study.read import read_study
from srlab.study.steps import report_on, run_study

_RECIPE = """
kind = "upscaler"
scale = 2
[net]
architecture = "cnn3"
widths = [4, 3]
[data]
folders = ["photos"]
[validation]
benchmark = "photos"
[patches]
size = 16
[training]
epochs = 2
steps_per_epoch = 2
batch = 2
threads = 1
"""
_STUDY = """
title = "A small net"
[train]
recipes = ["mine.toml"]
[evaluate]
benchmarks = ["photos"]
upscalers = ["bicubic", "net=trained/mine/mine.safetensors"]
scales = [2]
metrics = ["psnr"]
[report]
formats = ["md"]
"""


class Titles(Silent):
    """Keeps what began."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def start(self, title: str, total: int) -> None:
        self.titles.append(title)


@pytest.fixture
def study(write_study, folder: Path) -> Path:
    (folder / "mine.toml").write_text(_RECIPE)
    return write_study(_STUDY)


def _run(path: Path, store: Path, **wish):
    return run_study(read_study(path), store=store, **wish)


def test_one_file_trains_scores_and_writes_up(study, folder, tmp_path) -> None:
    outcome = _run(study, tmp_path / "store")
    assert outcome.complete
    [trained] = outcome.trained
    assert trained.best == folder / "trained" / "mine" / "mine.safetensors"
    assert set(scores(tmp_path / "store")["upscaler"]) == {"bicubic", "net"}
    text = (folder / "report.md").read_text()
    assert "- mine was trained for 2 epochs (4 steps, " in text
    assert "](figures/training-psnr.png" in text
    assert "history.csv holds 2 epochs of trainings" in text
    assert (folder / "history.csv").is_file()


def test_a_second_run_trains_nothing(study, tmp_path) -> None:
    first = _run(study, tmp_path / "store")
    watching = Titles()
    again = _run(study, tmp_path / "store", progress=watching)
    assert again.trained == first.trained
    assert not any(title.startswith("epoch") for title in watching.titles)
    assert again.evaluation.computed == 0


def test_a_name_that_is_not_known_is_told_before_anything_is_trained(
    study, folder, tmp_path
) -> None:
    study.write_text(study.read_text().replace('"bicubic"', '"bicubik"'))
    with pytest.raises(UsageError, match="bicubik"):
        _run(study, tmp_path / "store")
    assert not (folder / "trained").exists()


def test_an_unknown_recipe_is_told(study, tmp_path) -> None:
    study.write_text(study.read_text().replace("mine.toml", "edsr-lite-x2"))
    with pytest.raises(UnknownNameError, match="did you mean edsr-light-x2"):
        _run(study, tmp_path / "store")


def test_two_recipes_of_one_name_are_refused(study, tmp_path) -> None:
    study.write_text(study.read_text().replace('["mine.toml"]', '["mine.toml", "./mine.toml"]'))
    with pytest.raises(StudyError, match=r"\[train\] recipes holds 'mine' twice"):
        _run(study, tmp_path / "store")


@pytest.mark.parametrize("output", ["..", "/tmp/elsewhere", "a/../../b"])
def test_checkpoints_stay_in_the_studys_folder(study, output) -> None:
    study.write_text(study.read_text().replace("[train]", f'[train]\noutput = "{output}"'))
    with pytest.raises(StudyError, match=r"\[train\] output is .*inside the study's own"):
        read_study(study)


def test_a_report_on_the_study_tells_of_its_trainings(study, tmp_path) -> None:
    _run(study, tmp_path / "store")
    report_on(study, tmp_path / "out", formats=["md"], store=tmp_path / "store")
    assert "## Training" in (tmp_path / "out" / "report.md").read_text()


def test_reading_a_study_with_trainings_imports_no_torch(study) -> None:
    code = (
        "import sys; from pathlib import Path; from srlab.study.read import read_study\n"
        "from srlab.study.training import find_recipes\n"
        f"print(len(find_recipes(read_study(Path({str(study)!r})))), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]
