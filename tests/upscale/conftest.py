"""Small nets as files of weights, and pictures to upscale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from srlab.nets.srcnn import SRCNN


def _near_identity(*, channels: int = 1, seed: int = 0) -> SRCNN:
    """A small SRCNN that changes what it is given a little, everywhere, as a trained one does."""
    torch.manual_seed(seed)
    net = SRCNN(channels=channels, widths=(8, 4)).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(0.2)
        for i in range(channels):
            net.conv1.weight[i, i, 4, 4] += 1
            net.conv2.weight[i, i, 2, 2] += 1
            net.conv3.weight[i, i, 2, 2] += 1
    return net


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of weights: `luma.safetensors`, `rgb.pth`, and `other.safetensors`."""
    folder = tmp_path_factory.mktemp("weights")
    paths = {name: folder / name for name in ("luma.safetensors", "rgb.pth", "other.safetensors")}
    save_file(_near_identity().state_dict(), paths["luma.safetensors"])
    save_file(_near_identity(seed=1).state_dict(), paths["other.safetensors"])
    torch.save({"params": _near_identity(channels=3).state_dict()}, paths["rgb.pth"])
    return paths


@pytest.fixture
def net() -> SRCNN:
    """A luma net in double precision."""
    return _near_identity().double()


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    """A colour cut of a real picture, with odd sides."""
    from skimage.data import chelsea

    return np.ascontiguousarray(chelsea()[60:107, 120:183])


@pytest.fixture
def lr(rng: np.random.Generator) -> NDArray[np.uint8]:
    return rng.integers(0, 256, (21, 26, 3), np.uint8)
