"""Optional packages, and the one repair that a CPU-only torch needs."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from srlab.errors import MissingExtraError

_KEPT_ALIVE: list[object] = []


def require(module: str, *, extra: str) -> ModuleType:
    """The optional `module`; raises MissingExtraError with the install line where it is absent."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"the package {module!r} is not installed; it comes with the extra {extra!r}: "
            f"pip install 'srlab[{extra}]'"
        ) from error


def import_torchvision() -> ModuleType:
    """Torchvision, importable also beside a CPU-only torch.

    The registry's torchvision wheel is built for CUDA; beside a CPU-only torch its compiled ops
    do not load and its import dies with `operator torchvision::nms does not exist`. Declaring the
    two missing schemas is enough for models and transforms. It is done only after the plain
    import has failed in just that way.
    """
    try:
        return import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
    import torch

    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT_ALIVE.append(library)
    return import_module("torchvision")
