"""How scores came into a store changes no conclusion; what looks like a mistake is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import save_file

import srlab
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.image.files import read_image, write_image
from srlab.nets.srcnn import SRCNN
from srlab.store.store import Store
from srlab.store.upkeep import compact

UPSCALERS, SCALES = ["bicubic", "lanczos", "nearest"], [2, 3]


def conclusions(store: Store) -> list[pd.DataFrame]:
    return [
        srlab.leaderboard(store),
        srlab.compare("lanczos", store=store, against="all"),
        srlab.compare("nearest", "bicubic", store),
        srlab.rank("lanczos", store, by="gain").drop(columns=["hr", "lr", "sr"]),
        srlab.scores(store),
    ]


def fill(folder: Path, sets: list[str], *runs: tuple[list[str], list[int]]) -> Store:
    store = Store.create(folder)
    for upscalers, scales in runs:
        request = make_request(benchmarks=sets, upscalers=upscalers, scales=scales)
        run_evaluation(request, store)
    return store


@pytest.mark.parametrize("how", ["turned round", "in several runs", "and merged"])
def test_the_order_of_work_changes_nothing(tiny_set: Path, tmp_path: Path, how: str) -> None:
    sets = [f"one={tiny_set}", f"two={tiny_set}"]
    expected = conclusions(fill(tmp_path / "a", sets, (UPSCALERS, SCALES)))
    if how == "turned round":
        store = fill(tmp_path / "b", sets[::-1], (UPSCALERS[::-1], SCALES[::-1]))
    else:
        runs = [([name], [scale]) for scale in SCALES[::-1] for name in UPSCALERS[::-1]]
        store = fill(tmp_path / "b", sets, *runs, (UPSCALERS, SCALES))
    if how == "and merged":
        compact(store)
    for ours, theirs in zip(conclusions(store), expected, strict=True):
        pd.testing.assert_frame_equal(ours, theirs)


def test_a_network_far_below_bicubic_is_named_once_also_where_nothing_is_computed(
    tiny_set: Path, store: Store, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    save_file(SRCNN(channels=1, widths=(8, 4)).state_dict(), tmp_path / "broken.safetensors")
    request = make_request(
        benchmarks=[str(tiny_set)],
        upscalers=["bicubic", "lanczos", str(tmp_path / "broken.safetensors")],
        scales=[2, 3],
    )
    for _ in range(2):
        warnings = run_evaluation(request, store).warnings
        [said] = [warning for warning in warnings if "below bicubic" in warning]
        assert said.startswith("broken is over 1 dB below bicubic on 6 of 6 images")
    assert said.index("+replicate") < said.index("BGR") < said.index("luma and is given RGB")


def _psnr(store: Store, upscaler: str) -> pd.DataFrame:
    return srlab.scores(store, upscalers=[upscaler], metrics=["psnr"])


def test_an_hr_exchanged_under_its_name_is_another_image(
    tiny_set: Path, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Scores of the old picture are paired with none of the new one."""
    name = f"tiny={tiny_set}"
    srlab.evaluate([name], ["bicubic"], [2], store=store)
    first = sorted(tiny_set.glob("*.png"))[0]
    pixels = read_image(first)
    write_image(first, np.ascontiguousarray(pixels[::-1] // 2 + 60))
    srlab.evaluate([name], ["nearest"], [2], store=store)
    assert len(_psnr(store, "nearest")) == 6
    assert len(_psnr(store, "bicubic")) == 5
    board = srlab.leaderboard(store, metrics=["psnr"])
    assert board["upscaler"].tolist() == ["nearest", "bicubic"]
    assert not board["leads"].any()
    assert srlab.compare("nearest", "bicubic", store, metrics=["psnr"])["n"].tolist() == [5]
    srlab.evaluate([name], ["bicubic"], [2], store=store)
    assert len(_psnr(store, "bicubic")) == 6


def test_a_run_that_computes_nothing_hides_no_score(
    tiny_set: Path, store: Store, tmp_path: Path
) -> None:
    for seed in (0, 1):
        torch.manual_seed(seed)
        net = SRCNN(channels=1, widths=(8, 4)).state_dict()
        save_file(net, tmp_path / f"net{seed}.safetensors")
    wanted = {"benchmarks": [str(tiny_set)], "scales": [2], "metrics": ["psnr"]}

    def run(seed: int, **changes: object) -> int:
        net = f"net={tmp_path / f'net{seed}.safetensors'}"
        request = make_request(upscalers=[net], **{**wanted, **changes})
        return run_evaluation(request, store).computed

    assert run(0) == 6
    values = _psnr(store, "net")["value"].tolist()
    assert run(1, policy="cached") == 0
    assert _psnr(store, "net")["value"].tolist() == values
    assert run(1) == 6
    assert _psnr(store, "net")["value"].tolist() != values
    assert run(0, policy="cached") == 0
    assert _psnr(store, "net")["value"].tolist() == values


def test_other_outputs_under_an_old_label_on_some_images_are_warned_of(
    tiny_set: Path, store: Store, tmp_path: Path
) -> None:
    for folder, shift in (("good", 1), ("bad", 9)):
        (tmp_path / folder).mkdir()
        for path in tiny_set.glob("*.png"):
            pixels = read_image(path).astype(int) + shift
            write_image(tmp_path / folder / path.name, pixels.clip(0, 255).astype(np.uint8))
    wanted = {"benchmarks": [str(tiny_set)], "scales": [2], "metrics": ["psnr"]}
    for folder, limit in (("good", None), ("bad", 2)):
        upscalers = [f"mine=outputs:{tmp_path / folder}"]
        request = make_request(upscalers=upscalers, limit=limit, **wanted)
        warnings = run_evaluation(request, store).warnings
    [said] = [text for text in warnings if "others than before" in text]
    assert said.startswith("mine: the images of 2 samples of")
    assert "and 4 scored before are not among them" in said


def test_a_limit_counts_in_each_set(tiny_set: Path, store: Store, tmp_path: Path) -> None:
    names = sorted(path.name for path in tiny_set.glob("*.png"))
    (tmp_path / "later").mkdir()
    for name in names[1:]:
        write_image(tmp_path / "later" / name, read_image(tiny_set / name))
    sets = [f"all={tiny_set}", f"later={tmp_path / 'later'}"]
    srlab.evaluate(sets, ["bicubic"], [2], store=store, metrics=["psnr"])
    frame = srlab.evaluate(sets, ["bicubic"], [2], store=store, metrics=["psnr"], limit=1)
    assert frame.groupby("benchmark").size().to_dict() == {"all": 1, "later": 1}
