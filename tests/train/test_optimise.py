"""Losses and rates."""

from __future__ import annotations

import pytest
import torch

from srlab.errors import RecipeError
from srlab.nets.recognise import build
from srlab.train.optimisation import Loss, Optimisation, Schedule
from srlab.train.optimise import LOSSES, blend, charbonnier, make_optimizer, rate_at, set_rates
from tests.train.conftest import Raw


def test_losses_are_means_over_all_values() -> None:
    sr, hr = torch.tensor([0.0, 0.5]), torch.tensor([0.3, 0.1])
    assert LOSSES[Loss.MSE](sr, hr).item() == pytest.approx((0.09 + 0.16) / 2)
    assert LOSSES[Loss.L1](sr, hr).item() == pytest.approx(0.35)
    assert LOSSES[Loss.CHARBONNIER](sr, hr).item() == pytest.approx(0.35, abs=1e-5)


def test_charbonnier_is_round_where_l1_is_sharp() -> None:
    sr = torch.zeros(1, requires_grad=True)
    charbonnier(sr, torch.zeros(1)).backward()
    assert sr.grad is not None
    assert sr.grad.item() == 0.0


def test_the_cosine_falls_from_rate_to_final_rate_after_its_warm_up() -> None:
    wish = Optimisation(
        epochs=10, rate=1.0, schedule=Schedule.COSINE, final_rate=0.1, warmup_steps=20
    )
    assert rate_at(wish, 0, 10) == pytest.approx(0.05)
    assert rate_at(wish, 20, 10) == pytest.approx(1.0)
    assert rate_at(wish, 60, 10) == pytest.approx(0.55)
    assert rate_at(wish, 100, 10) == pytest.approx(0.1)


def test_drops_come_after_whole_epochs() -> None:
    wish = Optimisation(epochs=9, rate=1.0, schedule=Schedule.DROPS, drop_epochs=2, drop=0.1)
    rates = [rate_at(wish, step, 5) for step in (0, 9, 10, 20)]
    assert rates == pytest.approx([1, 1, 0.1, 0.01])


_SRCNN = {"architecture": "srcnn", "channels": 1, "widths": [4, 3]}


def test_layers_have_rates_of_their_own(make_recipe) -> None:
    parts = "{ conv3 = 0.1, conv1 = 2, 'conv1.bias' = 0 }"
    recipe = make_recipe(net=_SRCNN, training={"layer_rates": Raw(parts)})
    net = build(recipe.net)
    optimizer = make_optimizer(recipe.training, net)
    set_rates(optimizer, 1e-3)
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    assert {name: rates[id(p)] for name, p in net.named_parameters()} == pytest.approx(
        {
            "conv1.weight": 2e-3,
            "conv1.bias": 0,
            "conv2.weight": 1e-3,
            "conv2.bias": 1e-3,
            "conv3.weight": 1e-4,
            "conv3.bias": 1e-4,
        }
    )


def test_a_layer_that_the_net_has_not_is_named(make_recipe) -> None:
    recipe = make_recipe(net=_SRCNN, training={"layer_rates": Raw("{ conv = 0.1 }")})
    with pytest.raises(RecipeError, match=r"names 'conv'.*the net has conv1, conv2, conv3"):
        make_optimizer(recipe.training, build(recipe.net))


@pytest.mark.parametrize("value", ["0.1", "{ conv3 = 'slow' }", "{ conv3 = -1 }"])
def test_layer_rates_are_a_table_of_numbers(make_recipe, value) -> None:
    with pytest.raises(RecipeError, match="layer_rates"):
        make_recipe(net=_SRCNN, training={"layer_rates": Raw(value)})


def test_the_average_follows_the_weights_quickly_at_first(make_recipe) -> None:
    net = build(make_recipe().net)
    average = {name: torch.zeros_like(value) for name, value in net.state_dict().items()}
    blend(average, net, 0.999, step=0)
    assert torch.allclose(average["head.weight"], 0.9 * net.head.weight)
    before = average["head.weight"].clone()
    blend(average, net, 0.999, step=100_000)
    assert torch.allclose(average["head.weight"], before + 0.001 * (net.head.weight - before))
