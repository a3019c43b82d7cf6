import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from srlab.errors import (
    ChannelMismatchError,
    CheckpointMismatchError,
    ImageError,
    ImageTooSmallError,
    OfflineError,
    SizeMismatchError,
)
from srlab.image.color import replicate
from srlab.image.files import read_image
from srlab.metrics import lpips as module
from srlab.metrics.lpips import lpips_distance, lpips_squeeze


@pytest.fixture
def squeezenet(shared, monkeypatch):
    """SqueezeNet's weights, found in the shared cache."""
    monkeypatch.setenv("TORCH_HOME", str(shared / "weights" / "torch"))


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(module, "_models", {})
    return tmp_path


@pytest.mark.usefixtures("squeezenet")
@pytest.mark.parametrize(("name", "expected"), [("ex_p0", 0.7112), ("ex_p1", 0.1479)])
def test_squeeze_gives_the_values_of_the_lpips_examples(shared, name, expected):
    folder = shared / "data" / "lpips_pairs"
    value = lpips_squeeze(read_image(folder / f"{name}.png"), read_image(folder / "ex_ref.png"))
    # the authors print four digits; float32 convolutions differ a little by machine
    assert value == pytest.approx(expected, rel=0, abs=2e-4)


@pytest.mark.usefixtures("squeezenet")
def test_identical_images_are_no_distance_apart(rng):
    pixels = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    assert lpips_squeeze(pixels, pixels) == 0


@pytest.mark.usefixtures("squeezenet")
def test_more_noise_is_further_away(rng):
    hr = rng.integers(60, 196, (48, 48, 3), dtype=np.uint8)
    noise = rng.normal(size=hr.shape)
    noisy = [np.clip(hr + sigma * noise, 0, 255).astype(np.uint8) for sigma in (2, 10, 40)]
    values = [lpips_squeeze(sr, hr) for sr in noisy]
    assert values == sorted(values)
    assert values[0] > 0


@pytest.mark.usefixtures("squeezenet")
def test_grey_is_replicated(rng):
    sr, hr = rng.integers(0, 256, (2, 32, 32), dtype=np.uint8)
    assert lpips_squeeze(sr, hr) == lpips_squeeze(replicate(sr), replicate(hr))


@pytest.mark.usefixtures("squeezenet")
def test_several_threads_share_one_model(rng):
    sr, hr = rng.integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: lpips_squeeze(sr, hr), range(8)))) == 1


@pytest.mark.usefixtures("squeezenet")
def test_loading_leaves_the_random_numbers_alone(monkeypatch, rng):
    import torch

    monkeypatch.setattr(module, "_models", {})
    pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    before = torch.get_rng_state()
    lpips_squeeze(pixels, pixels)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.usefixtures("empty_cache")
def test_without_weights_and_network_the_error_names_the_file(rng):
    pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    with pytest.raises(OfflineError, match=r"alexnet-owt-7be5be79\.pth"):
        lpips_distance(pixels, pixels, net="alex")


def test_weights_of_another_net_are_refused_by_name(empty_cache, rng):
    import torch

    folder = empty_cache / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.save({"features.0.weight": torch.zeros(1)}, folder / "squeezenet1_1-b8a52dc0.pth")
    pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    with pytest.raises(CheckpointMismatchError, match="squeezenet1_1-b8a52dc0"):
        lpips_squeeze(pixels, pixels)


@pytest.mark.parametrize(("net", "side"), [("alex", 30), ("squeeze", 16), ("vgg", 15)])
def test_images_too_small_for_the_backbone_are_an_error(net, side):
    pixels = np.zeros((side, 64, 3), np.uint8)
    with pytest.raises(ImageTooSmallError, match=f"{side}x64"):
        lpips_distance(pixels, pixels, net=net)


def test_a_pair_that_does_not_fit_is_an_error():
    hr = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(SizeMismatchError):
        lpips_squeeze(hr[:-1], hr)
    with pytest.raises(ChannelMismatchError):
        lpips_squeeze(hr[:, :, 0], hr)
    with pytest.raises(ImageError, match="expected uint8"):
        lpips_squeeze(hr.astype(np.float64), hr)


def test_importing_the_module_does_not_import_torch():
    code = "import sys, srlab.metrics.lpips; sys.exit('torch' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
