"""What lies in a set's folder is used or named; what was done to files is said, and said again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from srlab.data.degradation import DEGRADATIONS
from srlab.data.embedded import embedded_images
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Evaluation, run_evaluation
from srlab.image.files import read_image, write_image
from srlab.store.store import Store


def _run(store: Store, folder: Path, **options) -> Evaluation:
    wanted = {"upscalers": ["bicubic"], "scales": [2], "metrics": ["psnr"], **options}
    return run_evaluation(make_request(benchmarks=[str(folder)], **wanted), store)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Three hr with an lr of another making."""
    for name in ("chelsea", "astronaut", "coffee"):
        hr = read_image(embedded_images()[name])[40:136, 60:180]
        lr = DEGRADATIONS["matlab-bicubic"](np.minimum(hr, 200), 2)[1]
        for side, pixels in (("HR", hr), ("LR", lr + np.uint8(30))):
            (tmp_path / "trio" / side).mkdir(parents=True, exist_ok=True)
            write_image(tmp_path / "trio" / side / f"{name}.png", pixels)
    return tmp_path / "trio"


def test_lr_of_another_making_is_said_once_also_where_scores_are_stored(
    store: Store, pairs: Path
) -> None:
    first, second = (_run(store, pairs) for _ in range(2))
    assert (first.computed, second.computed) == (3, 0)
    for result in (first, second):
        [warning] = result.warnings
        assert warning.startswith("trio x2: the given lr is not the degraded hr; 3 of 3 images")
        assert "SelfExSR" not in warning
    written = {path.name: path.read_bytes() for path in (pairs / "HR").iterdir()}
    for name in written:
        lr = DEGRADATIONS["matlab-bicubic"](read_image(pairs / "HR" / name), 2)[1]
        write_image(pairs / "LR" / name, lr)
    assert not any("not the degraded" in line for line in _run(store, pairs).warnings)


def test_the_urban100_trap_is_named_where_hr_was_halved_once_more(
    store: Store, pairs: Path
) -> None:
    request = make_request(
        benchmarks=[f"urban100={pairs}"], upscalers=["bicubic"], scales=[2], metrics=["psnr"]
    )
    [warning] = run_evaluation(request, store).warnings
    assert "urban100 x2" in warning
    assert "image_SRF_4" in warning


def test_what_was_done_to_files_names_them_also_where_scores_are_stored(
    store: Store, tiny_set: Path
) -> None:
    for path in sorted(tiny_set.iterdir()):
        pixels = np.atleast_3d(read_image(path)).repeat(3 if read_image(path).ndim == 2 else 1, 2)
        clear = np.dstack([pixels, np.full(pixels.shape[:2], 99, np.uint8)])
        Image.fromarray(clear).save(path)
    for computed in (6, 0):
        result = _run(store, tiny_set)
        assert result.computed == computed
        named = ", ".join(f"tiny/crop_00{n}.png" for n in range(3))
        assert result.warnings == [f"{named} and 3 more: alpha composited on white"]


def test_what_is_no_sample_is_named_once_and_the_others_are_scored(
    store: Store, pairs: Path
) -> None:
    (pairs / "HR" / "anim.gif").write_bytes(b"GIF89a")
    (pairs / "LR" / "gone.png").symlink_to(pairs / "nowhere.png")
    write_image(pairs / "stray.png", np.zeros((20, 20), np.uint8))
    (pairs / "README.txt").write_text("three pictures")
    (pairs / "HR" / "old").mkdir()
    write_image(pairs / "HR" / "old" / "x.png", np.zeros((20, 20), np.uint8))
    result = _run(store, pairs, scales=[2, 3])
    assert result.computed == 6
    left = {t.sample: t.reason for t in result.troubles}
    assert set(left) == {"anim.gif", "gone.png", "stray.png"}
    assert {t.code for t in result.troubles} == {"left-out"}
    assert left["stray.png"] == f"{pairs / 'stray.png'}: it belongs to no sample"
    assert len(result.troubles) == 3
    below = f"{pairs / 'HR' / 'old'}: the 1 images in this folder are not looked at"
    assert result.warnings.count(below) == 1


def test_results_of_other_programs_beside_the_pairs_of_selfexsr_are_no_strays(
    store: Store, tmp_path: Path, pairs: Path
) -> None:
    place = tmp_path / "image_SRF_2"
    place.mkdir()
    for kind, folder in (("HR", "HR"), ("LR", "LR"), ("SRCNN", "HR"), ("A+", "HR")):
        pixels = read_image(pairs / folder / "coffee.png")
        write_image(place / f"img_001_SRF_2_{kind}.png", pixels)
    assert _run(store, place).troubles == []
