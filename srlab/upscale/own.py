"""The user's own net: `py:module:factory`, imported only because it was named so."""

from __future__ import annotations

import hashlib
import importlib
import sys
from pathlib import Path

import torch

from srlab.errors import CheckpointMismatchError, SrlabError, UsageError
from srlab.fingerprint import DIGEST_BYTES, file_digest
from srlab.nets.blocks import Net
from srlab.nets.sight import probe_radius
from srlab.upscale.info import Family, UpscalerInfo


class Own(Net):
    """A user's module from lr to sr, (N, 3, h, w) or (N, 1, h, w) in [0, 1]."""

    enlarges = True

    def __init__(self, module: torch.nn.Module, *, scale: int) -> None:
        super().__init__()
        self.model = module
        self.scale = scale
        self.channels = _channels(module)
        self.receptive_radius, self.unlimited = probe_radius(self, self.channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What the module makes of `x`."""
        return self.model(x)


def describe_own(label: str, reference: str, scale: int) -> UpscalerInfo:
    """The description of `module:factory` at `scale`.

    The fingerprint holds the digest of the module's source and of the weights that the factory
    gives, so a net that draws new weights each time is another one each time.
    """
    net, source = _make(reference)
    return UpscalerInfo(
        name=label,
        scale=scale,
        family=Family.NETWORK,
        builder="srlab.upscale.network:build_own_network",
        source=reference,
        identity={
            "factory": reference,
            "source": file_digest(source).hex() if source else "",
            "weights": weights_digest(net),
        },
    )


def make_own(reference: str, *, scale: int) -> Own:
    """The net of `module:factory`, in evaluation mode."""
    net = _make(reference)[0].eval()
    try:
        return Own(net, scale=scale).eval()
    except SrlabError:
        raise
    except Exception as error:
        raise _raised(reference, error) from error


def _raised(reference: str, error: BaseException) -> CheckpointMismatchError:
    return CheckpointMismatchError(
        f"py:{reference} raised {type(error).__name__}: {error}; expected a function without "
        "arguments that returns a torch.nn.Module from lr to sr"
    )


def _make(reference: str) -> tuple[torch.nn.Module, Path | None]:
    module_name, colon, factory_name = reference.partition(":")
    if not colon or not module_name or not factory_name:
        raise UsageError(f"{reference!r} names no factory; expected py:module:factory")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
        factory = getattr(module, factory_name)
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"py:{reference} cannot be had: {error}; the module is looked for in the current "
            "folder and where Python looks"
        ) from error
    except (Exception, SystemExit) as error:  # a stranger's module fails in any way there is
        raise _raised(reference, error) from error
    try:
        net = factory()
    except (Exception, SystemExit) as error:
        raise _raised(reference, error) from error
    if not isinstance(net, torch.nn.Module):
        raise UsageError(
            f"py:{reference} gave {type(net).__name__}; expected a function without arguments "
            "that returns a torch.nn.Module"
        )
    return net, Path(module.__file__) if module.__file__ else None


def _channels(module: torch.nn.Module) -> int:
    """3, or 1 where the module takes no colour image."""
    for channels in (3, 1):
        try:
            with torch.inference_mode():
                made = module(torch.zeros(1, channels, 32, 32))
        except (RuntimeError, ValueError, TypeError):
            continue
        if not isinstance(made, torch.Tensor):
            raise CheckpointMismatchError(
                f"the module gives {type(made).__name__}; expected a tensor, (1, {channels}, h, w)"
            )
        return channels
    raise CheckpointMismatchError(
        "the module takes neither (1, 3, 32, 32) nor (1, 1, 32, 32); expected an SR net on RGB or "
        "grey images in [0, 1]"
    )


def weights_digest(net: torch.nn.Module) -> str:
    """Digest of all weights by name, in hex."""
    state = hashlib.sha256()
    for name, tensor in sorted(net.state_dict().items()):
        state.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        state.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return state.digest()[:DIGEST_BYTES].hex()
