"""The shipped networks: their files are whole, their cards are true, and `-u` finds them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import srlab
from srlab.errors import ScaleNotServedError
from srlab.nets.header import read_header_file
from srlab.nets.recognise import load_net
from srlab.shipped import share_root
from srlab.train.recipe import find_recipe
from srlab.upscale.catalog import describe
from srlab.upscale.facts import net_facts
from srlab.upscale.shipped_nets import SHIPPED

FOLDER = share_root() / "checkpoints"
FILES = [(net, scale) for net in SHIPPED for scale in net.scales]
_IDS = [f"{net.name}-x{scale}" for net, scale in FILES]
_LIMIT = 25 * 10**6


def test_all_weights_together_stay_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.rglob("*.safetensors")]
    assert len(sizes) >= len(FILES)
    assert sum(sizes) < _LIMIT


def test_every_file_of_weights_is_one_that_a_name_stands_for() -> None:
    named = {net.path(scale) for net, scale in FILES}
    assert set(FOLDER.glob("*.safetensors")) == named


@pytest.mark.parametrize(("net", "scale"), FILES, ids=_IDS)
def test_the_header_tells_cost_and_licence_and_the_recipe_is_ours(net, scale) -> None:
    header = read_header_file(net.path(scale))
    assert header is not None
    loaded = load_net(net.path(scale).read_bytes(), name=net.name, scale=scale)
    assert header.facts["cost"] == net_facts(loaded, scale)
    assert header.facts["licence"] == "MIT"
    recipe = find_recipe(net.recipe.format(scale=scale))
    assert header.facts["recipe_digest"] == recipe.digest.hex()
    assert header.facts["started_from"].partition(" ")[0] in (
        "",
        f"{recipe.training.start_from}.safetensors",
    )


@pytest.mark.parametrize(("net", "scale"), FILES, ids=_IDS)
def test_the_name_gives_the_file_and_its_facts(net, scale) -> None:
    info = describe(net.name, scale)
    assert (info.name, info.source) == (net.name, str(net.path(scale)))
    assert info.facts["licence"] == "MIT"
    assert "386 images of T91" in info.facts["training_data"]


def test_a_scale_that_is_not_served_is_named_with_those_that_are() -> None:
    with pytest.raises(ScaleNotServedError, match=r"srcnn-y comes for .*x3.*, and x8 is asked"):
        describe("srcnn-y", 8)


def test_a_net_is_left_out_at_a_scale_it_does_not_come_for(tmp_path: Path) -> None:
    net = next(net for net in SHIPPED if 8 not in net.scales)
    frame = srlab.evaluate(
        ["skimage"], [net.name], [net.scales[0], 8], limit=1, store=str(tmp_path / "store")
    )
    assert set(frame["scale"]) == {net.scales[0]}


@pytest.mark.shared
@pytest.mark.parametrize("net", list(SHIPPED), ids=lambda net: net.name)
def test_the_leaderboard_prints_the_cards_figures_again(net, shared: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    set5 = str(shared / "data" / "benchmarks" / "Set5")
    srlab.evaluate([set5], [net.name], net.scales, metrics=["psnr", "ssim"], store=store)
    board = srlab.leaderboard(store).set_index(["scale", "metric"])["mean"]
    card = net.card.read_text(encoding="utf-8")
    for scale in net.scales:
        said = re.search(rf"×{scale} \*\*{net.name}\*\* \| ([\d.]+) / ([\d.]+) \|", card)
        assert said, f"{net.card.name} has no line for x{scale}"
        assert float(said[1]) == pytest.approx(board[scale, "psnr"], abs=0.006)
        assert float(said[2]) == pytest.approx(board[scale, "ssim"], abs=6e-5)
