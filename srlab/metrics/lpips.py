"""LPIPS (Zhang et al. 2018, version 0.1) of the `lpips` package, on the CPU.

The linear heads come with that package, the backbone is torchvision's ImageNet net, fetched
through `hub`. On the CPU there is no TF32, and a value does not depend on batch or device. This is
the only module of `metrics` that imports torch, and only when it is called.
"""

from __future__ import annotations

import warnings
from functools import partial
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from srlab.errors import CheckpointMismatchError, ImageError
from srlab.extras import import_torchvision
from srlab.hub import fetch_torch_weights
from srlab.image.color import replicate
from srlab.image.crop import require_size
from srlab.metrics.channels import match_channels

Net = Literal["alex", "squeeze", "vgg"]

# torchvision's names of the backbones and of their weights.
_BACKBONES: dict[Net, tuple[str, str]] = {
    "alex": ("alexnet", "AlexNet_Weights"),
    "squeeze": ("squeezenet1_1", "SqueezeNet1_1_Weights"),
    "vgg": ("vgg16", "VGG16_Weights"),
}
# Pixels a side under which a pooling layer of the backbone has nothing left.
_MINIMUM: dict[Net, int] = {"alex": 31, "squeeze": 17, "vgg": 16}
_models: dict[Net, Any] = {}
_loading = Lock()


def lpips_alex(sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """`lpips_distance` with AlexNet, the default of the `lpips` package."""
    return lpips_distance(sr, hr, net="alex")


def lpips_squeeze(sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """`lpips_distance` with SqueezeNet 1.1, the smallest backbone."""
    return lpips_distance(sr, hr, net="squeeze")


def lpips_vgg(sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> float:
    """`lpips_distance` with VGG-16, the choice of BasicSR's script."""
    return lpips_distance(sr, hr, net="vgg")


def lpips_distance(sr: NDArray[np.uint8], hr: NDArray[np.uint8], *, net: Net) -> float:
    """Perceptual distance of two uint8 images; 0 for identical ones, larger is worse.

    Takes `(H, W, 3)` RGB or `(H, W)` grey, which is replicated; scaled to [-1, 1] here. Raises
    SizeMismatchError, ChannelMismatchError, ImageError for another dtype, ImageTooSmallError where
    the backbone needs more pixels, OfflineError where its weights are not to be had.
    """
    import torch

    for name, pixels in (("sr", sr), ("hr", hr)):
        if pixels.dtype != np.uint8:
            raise ImageError(f"{name} is {pixels.dtype}; expected uint8: round it with to_uint8")
    sr, hr = match_channels(sr, hr)
    require_size(hr, _MINIMUM[net])
    model = _model(net)
    with torch.inference_mode():
        return float(model(_tensor(sr), _tensor(hr)))


def _tensor(pixels: NDArray[np.uint8]) -> Any:
    import torch

    planes = np.ascontiguousarray(replicate(pixels).transpose(2, 0, 1))
    return torch.from_numpy(planes)[None].to(torch.float32) / 127.5 - 1


def _model(net: Net) -> Any:
    """The model of `net`, made once per process."""
    with _loading:
        if net not in _models:
            _models[net] = _load(net)
        return _models[net]


# What a catalog row calls before the first image: gets the weights, or says why it cannot.
prepare_alex = partial(_model, "alex")
prepare_squeeze = partial(_model, "squeeze")
prepare_vgg = partial(_model, "vgg")


def _load(net: Net) -> Any:
    import torch

    torchvision = import_torchvision()
    factory, weights = _BACKBONES[net]
    path = fetch_torch_weights(getattr(torchvision.models, weights).IMAGENET1K_V1.url)
    state = torch.load(path, map_location="cpu", weights_only=True)
    # lpips still speaks torchvision's old `pretrained=`; the backbone it makes is random, and
    # making it must not disturb anybody's random numbers.
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        import lpips

        model = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
    try:
        # lpips cuts `features` into slices and keeps their numbers: slice2.3.x is features.3.x.
        model.net.load_state_dict(
            {key: state[f"features.{key.split('.', 1)[1]}"] for key in model.net.state_dict()}
        )
    except (KeyError, RuntimeError) as error:
        raise CheckpointMismatchError(
            f"{path} does not hold the weights of torchvision's {factory} ({error}); remove it "
            "and let it be fetched again"
        ) from error
    return model.eval()
