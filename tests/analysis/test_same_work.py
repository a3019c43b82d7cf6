"""Printed values stand beside ours only where it is the same work."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import srlab
from srlab.analysis.published import printed_beside, with_published
from srlab.analysis.same_work import BY_DIGEST, BY_NAME, works
from srlab.image.files import read_image, write_image
from srlab.store.store import Store

SETS = {"set5", "set14", "bsd100", "urban100"}


@pytest.fixture(scope="module")
def set5(shared: Path) -> Path:
    return shared / "data/benchmarks/Set5/image_SRF_2"


def beside(store: Store) -> tuple[int, list[str]]:
    rows, reasons = printed_beside(srlab.leaderboard(store), works(store, SETS))
    return len(rows), reasons


def evaluate(spec: str, store: Path, **wanted: object) -> Store:
    srlab.evaluate([spec], ["bicubic"], [2], store=store, metrics=["psnr"], **wanted)
    return Store.open(store)


def changed(set5: Path, folder: Path, change) -> Path:
    """Set5 with every lr changed by `change`."""
    folder.mkdir()
    for path in sorted(set5.glob("*.png")):
        pixels = read_image(path)
        write_image(folder / path.name, change(pixels) if "_LR" in path.name else pixels)
    return folder


@pytest.mark.parametrize("name", ["set5", "mine"])
def test_a_set_is_known_by_its_images_whatever_it_is_called(set5, tmp_path, name: str) -> None:
    store = evaluate(f"{name}={set5}", tmp_path / "store")
    [work] = works(store, SETS)
    assert (work.known, work.by, work.reason) == ("set5", BY_DIGEST, "")
    board, reasons = with_published(srlab.leaderboard(store), store)
    srcnn = board[board["upscaler"] == "SRCNN"].iloc[0]
    assert (srcnn["benchmark"], srcnn["mean"]) == (name, 36.66)
    assert srcnn["citation"] == "Dong et al., TPAMI 2016"
    ours = board[board["citation"] == ""]
    assert ours["upscaler"].tolist() == ["bicubic"]
    assert ours["mean"].iloc[0] == pytest.approx(33.6741, abs=1e-4)
    assert reasons == []


def test_a_set_whose_lr_is_made_here_is_the_same_work(set5, tmp_path) -> None:
    store = evaluate(f"set5={set5}", tmp_path / "store", degradation="matlab-bicubic")
    assert works(store, SETS)[0].known == "set5"


def test_another_degradation_is_other_work(set5, tmp_path) -> None:
    store = evaluate(f"set5={set5}", tmp_path / "store", degradation="pil-bicubic")
    n, [reason] = beside(store)
    assert n == 0
    assert "lr was made by pil-bicubic" in reason


def test_blurred_lr_is_other_work(set5, tmp_path) -> None:
    def blur(lr: np.ndarray) -> np.ndarray:
        wide = np.pad(lr.astype(int), ((1, 1), (1, 1), (0, 0)), mode="edge")
        return ((wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, 1:-1]) // 3).astype(np.uint8)

    folder = changed(set5, tmp_path / "image_SRF_2", blur)
    n, [reason] = beside(evaluate(f"set5={folder}", tmp_path / "store"))
    assert n == 0
    assert "the given lr is not MATLAB's bicubic" in reason


def test_some_of_the_images_are_other_work(set5, tmp_path) -> None:
    n, [reason] = beside(evaluate(f"set5={set5}", tmp_path / "store", limit=3))
    assert n == 0
    assert reason.endswith("3 images were scored, and papers print means over 5")


def test_a_folder_called_set5_is_not_set5(set5, tmp_path) -> None:
    folder = tmp_path / "image_SRF_2"
    shutil.copytree(set5, folder)
    hr = folder / "img_001_SRF_2_HR.png"
    pixels = read_image(hr).copy()
    pixels[0, 0] ^= 1
    write_image(hr, pixels)
    n, [reason] = beside(evaluate(f"set5={folder}", tmp_path / "store"))
    assert n == 0
    assert reason.endswith("its images are not those of Set5")


def test_a_set_without_digests_is_known_by_name_and_said_so(keep, monkeypatch) -> None:
    store = keep({"bicubic": [26.0] * 100}, benchmark="urban100", degradation="matlab-bicubic")
    rows = store.frame("SELECT * FROM scores")
    store.append(
        "scores", [{**row, "hr": b"h" * 16, "lr": b"l" * 16} for row in rows.to_dict("records")]
    )
    monkeypatch.setattr(
        "srlab.analysis.same_work._pixels", lambda store, image: np.zeros((2, 2), np.uint8)
    )
    board, _ = with_published(srlab.leaderboard(store), store)
    cited = board.loc[board["citation"] != "", "citation"]
    assert len(cited) > 0
    assert cited.str.endswith("(set by name)").all()
    assert works(store, SETS)[0].by == BY_NAME


def test_a_set_without_printed_values_gives_no_reason(keep) -> None:
    store = keep({"bicubic": [30.0]}, benchmark="own", degradation="matlab-bicubic")
    assert beside(store) == (0, [])
