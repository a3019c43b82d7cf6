"""The user's own net: `py:module:factory`, imported only because it was named so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from srlab.errors import CheckpointError, CheckpointMismatchError, SrlabError, UsageError
from srlab.fingerprint import DIGEST_BYTES
from srlab.nets.blocks import Net
from srlab.nets.padding import pad_to_multiple
from srlab.nets.sight import probe_radius
from srlab.upscale.info import Family, UpscalerInfo
from srlab.upscale.own_code import imported

MOST_MULTIPLE = 1024


class Own(Net):
    """A user's module from lr to sr, (N, 3, h, w) or (N, 1, h, w) in [0, 1].

    Where it says `multiple_of`, lr is padded to multiples of it and sr is cut back.
    """

    enlarges = True

    def __init__(self, module: torch.nn.Module, *, scale: int) -> None:
        super().__init__()
        self.model = module
        self.scale = scale
        self.grid = _multiple_of(module)
        self.channels = _channels(self)
        self.receptive_radius, self.unlimited = probe_radius(self, self.channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What the module makes of `x`."""
        return run_padded(self.model, x, multiple=self.grid)


def run_padded(module: torch.nn.Module, x: torch.Tensor, *, multiple: int) -> torch.Tensor:
    """What `module` makes of `x` padded to whole multiples, less what it made of the padding.

    It is given a copy: a module may change its input in place, of which tiles share parts.
    """
    given = pad_to_multiple(x, multiple)
    y = module(given.clone())
    if given is x or not isinstance(y, torch.Tensor):
        return y
    height, width = (
        side * made // padded
        for side, made, padded in zip(x.shape[-2:], y.shape[-2:], given.shape[-2:], strict=True)
    )
    return y[..., :height, :width]


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What a factory gave, in evaluation mode; the digests of its weights and of its code."""

    module: torch.nn.Module
    weights: str
    source: str


def describe_own(label: str, reference: str, scale: int) -> UpscalerInfo:
    """The description of `module:factory` at `scale`.

    The fingerprint holds the digest of the weights that the factory gives, so a net that draws new
    ones each time is another one each time; and of every source of its project that was run to
    make it and in a first forward. Outside lie installed packages, compiled modules, what is
    imported later, other files that are read, and numbers that are no parameter.
    """
    made = _make(reference)
    return UpscalerInfo(
        name=label,
        scale=scale,
        family=Family.NETWORK,
        builder="srlab.upscale.network:build_own_network",
        source=reference,
        identity={"factory": reference, "source": made.source, "weights": made.weights},
    )


def make_own(info: UpscalerInfo) -> Own:
    """The net that `info` describes.

    Raises CheckpointError where its code or its weights are others than they were then.
    """
    reference = info.source
    made = _make(reference)
    if made.source != info.identity["source"]:
        raise CheckpointError(f"the code of py:{reference} changed while it was used; run again")
    if made.weights != info.identity["weights"]:
        raise CheckpointMismatchError(
            f"py:{reference} gives other weights each time it is called; seed it, or load them"
        )
    try:
        return Own(made.module, scale=info.scale).eval()
    except SrlabError:
        raise
    except Exception as error:
        raise _raised(reference, error) from error


def _raised(reference: str, error: BaseException) -> CheckpointMismatchError:
    return CheckpointMismatchError(
        f"py:{reference} raised {type(error).__name__}: {error}; expected a function without "
        "arguments that returns a torch.nn.Module from lr to sr"
    )


def _make(reference: str) -> _Made:
    """Import the module, call the factory, and run what it gives once, since it may import more."""
    module_name, colon, factory_name = reference.partition(":")
    if not colon or not module_name or not factory_name:
        raise UsageError(f"{reference!r} names no factory; expected py:module:factory")
    running = False
    try:
        with imported(module_name) as code:
            factory = getattr(code.module, factory_name)
            running = True
            net = factory()
            if not isinstance(net, torch.nn.Module):
                raise UsageError(
                    f"py:{reference} gave {type(net).__name__}; expected a function without "
                    "arguments that returns a torch.nn.Module"
                )
            net = net.eval()
            weights = weights_digest(net)
            _channels(net)
        return _Made(module=net, weights=weights, source=code.digest)
    except SrlabError:
        raise
    except (ImportError, AttributeError) as error:
        if running:
            raise _raised(reference, error) from error
        raise UsageError(
            f"py:{reference} cannot be had: {error}; the module is looked for in the current "
            "folder and where Python looks"
        ) from error
    except (Exception, SystemExit) as error:  # a stranger's code fails in any way there is
        raise _raised(reference, error) from error


def _multiple_of(module: torch.nn.Module) -> int:
    """What the sides of lr must be multiples of, as the module says; 1 where it does not."""
    said = getattr(module, "multiple_of", 1)
    if not isinstance(said, int) or not 1 <= said <= MOST_MULTIPLE:
        raise CheckpointMismatchError(
            f"the module's multiple_of is {said!r}; expected a whole number from 1 to "
            f"{MOST_MULTIPLE}"
        )
    return said


def _channels(module: torch.nn.Module) -> int:
    """3, or 1 where the module takes no colour image."""
    multiple, reason = _multiple_of(module), ""
    for channels in (3, 1):
        try:
            with torch.inference_mode():
                made = run_padded(module, torch.zeros(1, channels, 32, 32), multiple=multiple)
        except Exception as error:  # a stranger's net fails in any way there is
            reason = reason or f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
            continue
        if not isinstance(made, torch.Tensor):
            raise CheckpointMismatchError(
                f"the module gives {type(made).__name__}; expected a tensor, (1, {channels}, h, w)"
            )
        if made.ndim != 4 or made.shape[:2] != (1, channels):
            raise CheckpointMismatchError(
                f"the module gives a tensor of shape {tuple(made.shape)} for one of "
                f"(1, {channels}, 32, 32); expected (1, {channels}, h, w)"
            )
        return channels
    raise CheckpointMismatchError(
        f"the module takes neither (1, 3, 32, 32) nor (1, 1, 32, 32) ({reason}); expected an SR "
        "net on RGB or grey images in [0, 1]; one that needs sides of whole multiples says so: "
        "module.multiple_of = 64"
    )


def weights_digest(net: torch.nn.Module) -> str:
    """Digest of all parameters and buffers by name, in hex."""
    state = hashlib.sha256()
    for name, tensor in sorted(_tensors(net), key=lambda item: item[0]):
        state.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        state.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return state.digest()[:DIGEST_BYTES].hex()


def _tensors(net: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from net.named_parameters(remove_duplicate=False)
    yield from net.named_buffers(remove_duplicate=False)
