"""How trainings went, out of a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import srlab
from srlab.errors import UnknownNameError
from srlab.store.store import Store
from tests.trained import keep_fine_tuning, keep_history


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A fine-tuning that got best in the middle, done before with other settings; a classifier."""
    store = Store.create(tmp_path / "store")
    keep_history(store, "tuned", {epoch: {"psnr": 50.0} for epoch in range(1, 9)})
    keep_fine_tuning(store)
    keep_history(store, "vit", {1: {"accuracy": 0.5}, 2: {"accuracy": 0.25}}, hour=2)
    return store


def test_a_row_per_epoch_of_the_training_that_wrote_last(store: Store) -> None:
    frame = srlab.history(["tuned"], store)
    assert frame["epoch"].tolist() == [0, 1, 2, 3, 4]
    assert frame["psnr"].tolist() == [30, 31, 33, 33, 32]
    assert np.isnan(frame["loss"][0])
    assert frame["loss"][4] == pytest.approx(0.025)
    assert frame["accuracy"].isna().all()


def test_the_first_of_equally_good_epochs_is_the_best_as_in_training(store: Store) -> None:
    frame = srlab.history(store=store)
    best = frame[frame["best"]]
    assert list(zip(best["training"], best["epoch"], strict=True)) == [("tuned", 2), ("vit", 1)]


def test_a_training_in_one_row(store: Store) -> None:
    frame = srlab.trainings(store).set_index("training")
    tuned, vit = frame.loc["tuned"], frame.loc["vit"]
    assert (tuned["epochs"], tuned["best_epoch"], tuned["psnr"]) == (4, 2, 33)
    assert (tuned["started_at"], tuned["seconds"], tuned["peak_bytes"]) == (30, 240, 1_000_000_004)
    assert (vit["accuracy"], vit["best_epoch"]) == (0.5, 1)
    assert np.isnan(vit["started_at"])


def test_a_training_that_is_not_stored_is_named(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="no training 'tune'; did you mean tuned"):
        srlab.history(["tune"], store)


def test_an_empty_store_has_no_trainings(tmp_path: Path) -> None:
    empty = Store.create(tmp_path / "store")
    assert srlab.history(store=empty).empty
    assert srlab.trainings(empty).empty
