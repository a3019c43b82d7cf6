"""How scores came into a store changes no conclusion; what looks like a mistake is said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import save_file

import srlab
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
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
