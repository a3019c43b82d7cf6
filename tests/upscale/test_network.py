"""Nets on images: the number they must reach, tiles, devices, files that change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from srlab.errors import CheckpointError, CheckpointMismatchError, UsageError
from srlab.metrics.score import score
from srlab.nets.turns import forwards_at_once
from srlab.upscale.catalog import describe
from srlab.upscale.tiles import run_in_tiles


def test_srcnn_reaches_its_number_on_set5(shared: Path, given_pairs) -> None:
    srcnn = describe(str(shared / "weights" / "srcnn_955_y_x3.pth"), 3).load()
    values = [
        score(srcnn(lr), hr, scale=3, metrics=["psnr"])["value"].iloc[0]
        for _, hr, lr in given_pairs("Set5", 3)
    ]
    assert len(values) == 5
    # Convolutions are summed in another order on another machine; a pixel may round otherwise.
    assert np.mean(values) == pytest.approx(32.6705, abs=2e-3)


@pytest.mark.parametrize("tile", [16, 23, 64])
@pytest.mark.parametrize("name", ["luma.safetensors", "rgb.pth"])
@pytest.mark.parametrize("scale", [2, 3])
def test_tiles_give_the_pixels_of_the_whole(
    weights, photo, name: str, scale: int, tile: int
) -> None:
    info = describe(str(weights[name]), scale)
    whole, tiled = info.load()(photo), replace(info, tile=tile).load()(photo)
    difference = np.abs(whole.astype(int) - tiled)
    # float32 sums in another order move a value by 1e-5 levels: few pixels lie that near to the
    # border between two levels.
    assert difference.max() <= 1
    assert (difference == 0).mean() > 0.999


def test_tiles_see_what_lies_around_them(net) -> None:
    torch.manual_seed(0)
    x = torch.rand(1, 1, 50, 70, dtype=torch.float64)
    with torch.inference_mode():
        tiled = run_in_tiles(net, x, tile=16, overlap=net.receptive_radius)
        # float64: only the order of the sums differs.
        assert (tiled - net(x)).abs().max() < 1e-12


def test_less_overlap_than_the_receptive_radius_would_show_seams(net) -> None:
    torch.manual_seed(0)
    x = torch.rand(1, 1, 50, 70, dtype=torch.float64)
    with torch.inference_mode():
        tiled = run_in_tiles(net, x, tile=16, overlap=net.receptive_radius - 4)
        assert (tiled - net(x)).abs().max() > 1e-6


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_a_device_that_is_not_there_is_refused_with_those_that_are(weights) -> None:
    info = replace(describe(str(weights["luma.safetensors"]), 2), device="cuda")
    with pytest.raises(UsageError, match=r"no device 'cuda' here; expected auto or .*cpu"):
        info.load()


def test_a_file_that_changed_since_it_was_described_is_not_used(tmp_path, weights) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(weights["luma.safetensors"].read_bytes())
    info = replace(describe(str(path), 2), tile=17)
    path.write_bytes(weights["other.safetensors"].read_bytes())
    with pytest.raises(CheckpointError, match="changed while it was being used"):
        info.load()


def test_a_checkpoint_of_another_net_is_refused_when_loaded(tmp_path) -> None:
    path = tmp_path / "linear.pth"
    torch.save(torch.nn.Linear(3, 3).state_dict(), path)
    info = describe(str(path), 2)
    with pytest.raises(CheckpointMismatchError, match=r"linear\.pth: keys such as bias, weight"):
        info.load()


def test_threads_and_places_change_no_pixel(weights, photo) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    alone = info.load()(photo)
    before = torch.get_num_threads()
    with forwards_at_once(2, cores=2), ThreadPoolExecutor(2) as pool:
        side_by_side = list(pool.map(replace(info, device="cpu").load(), [photo] * 4))
    assert all(np.array_equal(sr, alone) for sr in side_by_side)
    assert torch.get_num_threads() == before
