"""Doing what a study declares, once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srlab.analysis.frames import scores
from srlab.analysis.leaderboard import leaderboard
from srlab.data.benchmark import parse_benchmark
from srlab.data.pack import pack
from srlab.errors import StudyError, UsageError
from srlab.image.files import write_image
from srlab.image.resize import upscale
from srlab.store.store import Store
from srlab.study.read import read_study
from srlab.study.steps import report_on, run_study

_STUDY = """
title = "Two cats"

[evaluate]
benchmarks = ["photos"]
upscalers = ["bicubic", "nearest"]
scales = [2]
metrics = ["psnr"]
"""


def _run(path: Path, store: Path):
    return run_study(read_study(path), store=store)


def test_a_study_is_done_once(write_study, tmp_path: Path) -> None:
    path = write_study(_STUDY)
    first = _run(path, tmp_path / "store").evaluation
    again = _run(path, tmp_path / "store").evaluation
    assert first is not None
    assert again is not None
    assert (first.computed, first.present, first.missing) == (4, 0, 0)
    assert (again.computed, again.present, again.missing) == (0, 4, 0)


def test_a_scale_added_later_is_all_that_is_computed(write_study, tmp_path: Path) -> None:
    _run(write_study(_STUDY), tmp_path / "store")
    more = _run(write_study(_STUDY.replace("[2]", "[2, 3]")), tmp_path / "store").evaluation
    assert more is not None
    assert (more.computed, more.present) == (4, 4)


def test_a_study_whose_pictures_all_work_is_complete(write_study, tmp_path: Path) -> None:
    assert _run(write_study(_STUDY), tmp_path / "store").complete


def test_a_broken_picture_makes_a_study_incomplete(write_study, folder, tmp_path: Path) -> None:
    (folder / "photos" / "broken.png").write_text("no picture")
    outcome = _run(write_study(_STUDY), tmp_path / "store")
    assert outcome.evaluation is not None
    assert not outcome.complete
    assert outcome.evaluation.computed == 4
    assert {trouble.sample for trouble in outcome.evaluation.troubles} == {"broken"}


@pytest.mark.parametrize("place", ["photos", "./photos", "cats=photos", "cats=./photos"])
def test_a_benchmark_is_found_beside_the_study(
    write_study, tmp_path: Path, monkeypatch, place: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = write_study(_STUDY.replace('"photos"', f'"{place}"'))
    assert _run(path, tmp_path / "store").evaluation.computed == 4
    assert set(scores(tmp_path / "store")["benchmark"]) == {place[:4] if "=" in place else "photos"}


def test_an_evaluation_file_is_found_beside_the_study_and_written_up(
    write_study, folder, tmp_path: Path
) -> None:
    pack(parse_benchmark(str(folder / "photos")), 2, folder / "eval.h5")
    luma = 'protocols = ["srcnn-pytorch"]\nlimit = 1\n[report]\nformats = ["md"]\noutput = "out"\n'
    text = _STUDY.replace('"photos"', '"eval.h5"').replace(', "nearest"', "") + luma
    outcome = _run(write_study(text), tmp_path / "store")
    assert outcome.complete
    assert scores(tmp_path / "store")["sample"].tolist() == ["cat"]
    assert "srcnn-pytorch" in (folder / "out" / "report.md").read_text()


@pytest.mark.parametrize("place", ["mine=outputs:ready", "mine=outputs:./ready"])
def test_ready_outputs_are_found_beside_the_study(
    write_study, folder, photo, tmp_path: Path, monkeypatch, place: str
) -> None:
    (folder / "ready").mkdir()
    write_image(folder / "ready" / "cat.png", photo)
    write_image(folder / "ready" / "grey_cat.png", photo[..., 0].copy())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = write_study(_STUDY.replace('"nearest"', f'"{place}"'))
    assert _run(path, tmp_path / "store").complete
    rows = scores(tmp_path / "store", upscalers=["mine"])
    assert np.isinf(rows["value"]).all()


@pytest.mark.parametrize("place", ["net.pth", "nets/net.pth", "mine=net.pth", "a=1/net.pth"])
def test_a_weights_file_is_looked_for_beside_the_study(
    write_study, folder, tmp_path: Path, monkeypatch, place: str
) -> None:
    import torch

    from srlab.nets.srcnn import SRCNN

    file = folder / (place if place.startswith("a=") else place.rpartition("=")[2])
    file.parent.mkdir(exist_ok=True)
    torch.save(SRCNN(widths=(4, 3)).state_dict(), file)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    if place.startswith("a="):
        place = f"./{place}"
    assert _run(write_study(_STUDY.replace("nearest", place)), tmp_path / "store").complete


def test_a_known_name_is_not_taken_for_a_folder_beside_the_study(
    write_study, folder, tmp_path: Path
) -> None:
    (folder / "bicubic").mkdir()
    assert _run(write_study(_STUDY), tmp_path / "store").complete


def test_a_protocol_of_ones_own_is_scored_under_its_name(write_study, tmp_path: Path) -> None:
    own = _STUDY + 'protocols = ["own", "paper-y"]\n[protocol.own]\nborder_scales = 0\n'
    _run(write_study(own), tmp_path / "store")
    frame = scores(tmp_path / "store", upscalers=["bicubic"])
    means = frame.groupby(frame["protocol"].str.partition("#")[0])["value"].mean()
    assert set(means.index) == {"own", "paper-y"}
    assert means["own"] != means["paper-y"]
    own = scores(tmp_path / "store", protocols=["own"], upscalers=["bicubic"])
    assert set(own["value"]) < set(frame["value"])


def test_two_definitions_of_one_protocol_are_two_protocols(write_study, tmp_path: Path) -> None:
    for border in (0, 8):
        own = f'protocols = ["own"]\n[protocol.own]\nborder_scales = {border}\n'
        _run(write_study(_STUDY + own), tmp_path / "store")
    board = leaderboard(tmp_path / "store", protocols=["own"], metrics=["psnr"])
    assert board["protocol"].nunique() == 2
    assert board.groupby("protocol")["n"].max().nunique() == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"psnr"', '"psnrr"', "did you mean psnr"),
        ('"nearest"', '"nearst"', "did you mean nearest"),
        ('"photos"', '"sett5"', "did you mean set5"),
        ("[2]", "[5]", "expected one of 2, 3, 4, 8"),
        ("[2]", "[]", "no scale was named"),
        ('["photos"]', "[]", "no benchmark was named"),
    ],
)
def test_a_name_that_is_not_known_is_refused(
    write_study, tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        _run(write_study(_STUDY.replace(old, new)), tmp_path / "store")


def test_a_wrong_study_leaves_no_store_behind(write_study, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        _run(write_study(_STUDY.replace("[2]", "[5]")), tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_an_unknown_format_is_refused_before_anything_is_computed(
    write_study, tmp_path: Path
) -> None:
    path = write_study(_STUDY + '[report]\nformats = ["md", "pfd"]\n')
    with pytest.raises(StudyError, match="'pfd'; known are md, pdf"):
        _run(path, tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_the_report_is_written_into_the_studys_folder(write_study, folder, tmp_path) -> None:
    path = write_study(_STUDY + '[report]\nformats = ["md"]\noutput = "out"\n')
    outcome = _run(path, tmp_path / "store")
    assert folder / "out" / "report.md" in outcome.reports
    text = (folder / "out" / "report.md").read_text(encoding="utf-8")
    assert "Two cats" in text
    assert all(name in text for name in ("bicubic", "nearest", "photos"))


def test_a_study_is_reported_from_what_is_stored(write_study, tmp_path: Path) -> None:
    path = write_study(_STUDY)
    _run(path, tmp_path / "store")
    written = report_on(path, tmp_path / "out", formats=["md"], store=tmp_path / "store")
    assert tmp_path / "out" / "report.md" in written


def test_a_whole_store_is_reported_by_its_folder(write_study, tmp_path: Path) -> None:
    _run(write_study(_STUDY), tmp_path / "store")
    written = report_on(tmp_path / "store", tmp_path / "out", formats=["md"])
    assert tmp_path / "out" / "report.md" in written


def test_the_report_of_a_study_holds_its_own_rows_alone(write_study, folder, tmp_path) -> None:
    _run(write_study(_STUDY), tmp_path / "store")
    less = _STUDY.replace(', "nearest"', "") + '[report]\nformats = ["md"]\n'
    _run(write_study(less), tmp_path / "store")
    assert "nearest" not in (folder / "rows.csv").read_text(encoding="utf-8")


def test_a_store_of_the_default_place_is_made_in_the_current_folder(
    write_study, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.delenv("SRLAB_STORE", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    run_study(read_study(write_study(_STUDY)))
    assert len(scores(Store.open(tmp_path / "work" / ".srlab"))) == 4


def test_an_upscaled_picture_scores_as_the_upscaler_does(write_study, tmp_path, photo) -> None:
    from srlab.image.resize import downscale
    from srlab.metrics.score import score

    _run(write_study(_STUDY), tmp_path / "store")
    value = score(upscale(downscale(photo, 2), 2), photo, scale=2, metrics=["psnr"])["value"]
    stored = scores(tmp_path / "store", upscalers=["bicubic"], samples=["cat"])["value"]
    assert stored.tolist() == value.tolist()
