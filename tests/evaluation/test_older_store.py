"""A store that version 0.1.0 wrote (`tests/fixtures/store-0.1.0.zip`, made by these commands):

srlab evaluate -b own=own -u bicubic -u lanczos -u A=outputs:own/A -u srcnn-y -s 2
    -m psnr -m ssim -m mse --protocol paper-y --protocol paper-rgb
srlab evaluate -b plain=own/plain -u bicubic -u A=outputs:own/A -s 2
srlab evaluate -b own=own -u bicubic -s 2 --degradation pil-bicubic
srlab classify --images materials -u bicubic -s 4 --samples 4

with the images of `own/` beside it, and what `srlab scores --format csv` printed then.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import srlab
from srlab.store.store import Store
from srlab.store.upkeep import check, compact

FROZEN = Path(__file__).parents[1] / "fixtures" / "store-0.1.0.zip"
NAMES = ["benchmark", "sample", "scale", "upscaler", "metric", "protocol"]


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    with zipfile.ZipFile(FROZEN) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def then(frozen: Path, name: str = "scores.csv") -> pd.DataFrame:
    return pd.read_csv(frozen / name).sort_values(NAMES, ignore_index=True)


def now(store: Store, **filters: object) -> pd.DataFrame:
    frame = srlab.scores(store, **filters)[[*NAMES, "value"]]
    return frame.sort_values(NAMES, ignore_index=True)


def evaluate(frozen: Path, **wanted: object) -> pd.DataFrame:
    upscalers = ["bicubic", "lanczos", f"A=outputs:{frozen / 'own/A'}", "srcnn-y"]
    return srlab.evaluate(
        [f"own={frozen / 'own'}"], upscalers, [2], store=frozen / "store", **wanted
    )


def test_it_shows_the_same_values(frozen: Path) -> None:
    store = Store.open(frozen / "store")
    pil = now(store, degradation="pil-bicubic")
    pd.testing.assert_frame_equal(pil, then(frozen, "scores-pil-bicubic.csv"))
    shown = [now(store, degradation=name) for name in ("given", "matlab-bicubic")]
    both = pd.concat(shown).sort_values(NAMES, ignore_index=True)
    pd.testing.assert_frame_equal(both, then(frozen))
    assert len(srlab.predictions(store)) == 12


def test_it_is_not_rewritten_by_reading(frozen: Path) -> None:
    store = Store.open(frozen / "store")
    srlab.leaderboard(store)
    assert json.loads((store.root / "schema.json").read_text())["version"] == 1


@pytest.mark.parametrize("policy", ["missing", "cached"])
def test_evaluating_the_same_again_computes_nothing(frozen: Path, policy: str) -> None:
    frame = evaluate(
        frozen,
        metrics=["psnr", "ssim", "mse"],
        protocols=["paper-y", "paper-rgb"],
        policy=policy,
    )
    assert set(frame["lr_kind"].str.partition("#")[0]) == {"LR_bicubic/X2"}
    store = Store.open(frozen / "store")
    assert json.loads((store.root / "schema.json").read_text())["version"] == 2
    then_own = then(frozen)
    then_own = then_own[then_own["benchmark"] == "own"].reset_index(drop=True)
    own = now(store, benchmarks=["own"], degradation="given")
    pd.testing.assert_frame_equal(own, then_own)
    origins = srlab.scores(store, benchmarks=["own"], degradation="given", extra=["origin"])
    assert set(origins["origin"]) == {"store"}


def test_older_and_newer_rows_are_merged_without_loss(frozen: Path) -> None:
    store = Store.open(frozen / "store")
    evaluate(frozen, metrics=["rmse"])
    before = srlab.scores(store)
    compact(store)
    pd.testing.assert_frame_equal(srlab.scores(store), before)
    assert list(check(store)) == []
