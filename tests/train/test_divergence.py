"""A training that cannot go on says when, why, and what to do."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from srlab.errors import DivergedError
from srlab.nets.checkpoint import read_weights
from srlab.store.store import Store
from srlab.train import optimise
from srlab.train.judge import Judge
from srlab.train.loop import train


def _weights(path: Path) -> dict[str, torch.Tensor]:
    return read_weights(path.read_bytes(), name=path.name)


def test_divergence_of_what_is_judged_stops_as_well(make_recipe, tmp_path, monkeypatch) -> None:
    store = Store.create(tmp_path / "store")
    monkeypatch.setattr(Judge, "_loss", lambda *_: math.nan)
    with pytest.raises(DivergedError, match="the validation loss is nan after epoch 1; lower"):
        train(make_recipe(), out=tmp_path / "out", store=store)
    assert store.rows("SELECT count(*) FROM history", tables=("history",)) == [(0,)]


def test_divergence_stops_with_epoch_and_advice(make_recipe, tmp_path, monkeypatch) -> None:
    calls = iter(range(99))  # three steps, two judged images, three steps

    def failing(sr: torch.Tensor, hr: torch.Tensor) -> torch.Tensor:
        return (sr - hr).abs().mean() * (math.nan if next(calls) == 6 else 1)

    recipe = make_recipe()
    monkeypatch.setitem(optimise.LOSSES, recipe.training.loss, failing)
    with pytest.raises(DivergedError, match=r"became nan in epoch 2.*lower \[training\] rate"):
        train(recipe, out=tmp_path / "out")
    assert torch.isfinite(_weights(tmp_path / "out" / "tiny-last.safetensors")["head.bias"]).all()


def test_weights_that_break_in_an_epochs_last_step_are_told_and_not_kept(
    make_recipe, tmp_path, monkeypatch
) -> None:
    step = torch.optim.Adam.step
    calls = iter(range(99))

    def breaking(self: torch.optim.Adam, *args: object) -> None:
        step(self, *args)
        if next(calls) == 5:  # the second epoch's last
            self.param_groups[0]["params"][0].data.fill_(math.nan)

    recipe = make_recipe()
    monkeypatch.setattr(torch.optim.Adam, "step", breaking)
    with pytest.raises(DivergedError, match=r"head.weight became nan or infinite in epoch 2"):
        train(recipe, out=tmp_path / "out")
    kept = torch.load(tmp_path / "out" / "state.pt", weights_only=True)
    assert all(value.isfinite().all() for value in kept["net"].values())


def test_a_loss_that_is_as_bad_as_knowing_nothing_stops(make_recipe, tmp_path, monkeypatch) -> None:
    recipe = make_recipe()
    loss = optimise.LOSSES[recipe.training.loss]
    monkeypatch.setitem(optimise.LOSSES, recipe.training.loss, lambda sr, hr: 20 + loss(sr, hr))
    with pytest.raises(DivergedError, match=r"the mean loss of epoch 2 is 20.*and 1 is as bad"):
        train(recipe, out=tmp_path / "out")
