"""What a net is, in facts that JSON can hold: read and checked without torch.

A checkpoint carries its `NetSpec` in its header. That header may come from a stranger, so names
and ranges are checked before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from srlab.errors import CheckpointMismatchError
from srlab.image.scales import SCALES
from srlab.registry import Catalog

Value = bool | int | float | str | tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting of an architecture: its default, and which values it may take."""

    default: Value
    low: float = 1
    high: float = 1024
    choices: tuple[str, ...] = ()
    odd: bool = False

    def check(self, value: object) -> Value | None:
        """`value` in the type of the default, or None where it may not be taken."""
        kind = type(self.default)
        if isinstance(self.default, tuple):
            return self._numbers(value, len(self.default))
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            return None
        if isinstance(value, str):
            return value if value in self.choices else None
        if isinstance(value, bool):
            return value
        return value if self._number(value, kind) else None  # pyright: ignore

    def _numbers(self, value: object, length: int) -> tuple[int, ...] | None:
        items = list(value) if isinstance(value, list | tuple) else []
        fits = len(items) == length and all(self._number(item, int) for item in items)
        return tuple(items) if fits else None

    def _number(self, value: object, kind: type) -> bool:
        fits = type(value) is kind and self.low <= value <= self.high  # pyright: ignore
        return fits and (not self.odd or value % 2 == 1)  # pyright: ignore

    def in_words(self) -> str:
        """What is expected, for an error message."""
        if self.choices:
            return " or ".join(self.choices)
        if isinstance(self.default, bool):
            return "true or false"
        kind = "a number" if isinstance(self.default, float) else "a whole number"
        if isinstance(self.default, tuple):
            kind = f"{len(self.default)} {'odd' if self.odd else 'whole'} numbers"
        return f"{kind} from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A kind of net: its module (loaded late), its settings, and how far a pixel sees.

    `tail` begins the names of the last layer's weights: what is new when a net is started from
    one of another scale, and what may learn at a rate of its own. `enlarges` says whether the net
    takes lr as it is (True) or its bicubic enlargement (False); `radius` is in pixels of its input.
    """

    name: str
    title: str
    citation: str
    module: str
    tail: str
    settings: Mapping[str, Setting]
    enlarges: Callable[[NetSpec], bool]
    radius: Callable[[NetSpec], int]


@dataclass(frozen=True, kw_only=True)
class NetSpec:
    """One net: architecture, scale, channels (1 is luma, 3 is RGB) and all its settings."""

    architecture: str
    scale: int
    channels: int
    settings: Mapping[str, Value] = field(default_factory=dict)

    @property
    def row(self) -> Architecture:
        """The catalog row of the architecture."""
        return ARCHITECTURES[self.architecture]

    @property
    def enlarges(self) -> bool:
        """Whether the net takes lr itself; otherwise bicubic enlarges before it."""
        return self.row.enlarges(self)

    @property
    def receptive_radius(self) -> int:
        """How many pixels of its input a pixel of the output sees to each side."""
        return self.row.radius(self)

    def facts(self) -> dict[str, Any]:
        """The spec as JSON holds it; `make_spec` reads it back."""
        settings = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.settings.items()
        }
        return {
            "architecture": self.architecture,
            "scale": self.scale,
            "channels": self.channels,
            **settings,
        }


def make_spec(facts: Mapping[str, Any], *, place: str) -> NetSpec:
    """The spec that `facts` describe, settings that are not named at their defaults.

    Raises UnknownNameError for an architecture that is not known, CheckpointMismatchError for a
    setting that is unknown or out of its range.
    """
    rest = dict(facts)
    row = ARCHITECTURES[str(rest.pop("architecture", ""))]
    scale, channels = rest.pop("scale", None), rest.pop("channels", 3)
    if scale not in SCALES or type(scale) is not int:
        raise CheckpointMismatchError(f"{place}: scale is {scale!r}; expected 2, 3, 4 or 8")
    if channels not in (1, 3) or type(channels) is not int:
        raise CheckpointMismatchError(
            f"{place}: channels is {channels!r}; expected 1 (luma) or 3 (RGB)"
        )
    if unknown := sorted(rest.keys() - row.settings.keys()):
        raise CheckpointMismatchError(
            f"{place}: {row.name} has no setting {unknown[0]!r}; known are "
            f"{', '.join(sorted(row.settings))}"
        )
    settings = {name: setting.default for name, setting in row.settings.items()}
    for name, given in rest.items():
        value = row.settings[name].check(given)
        if value is None:
            raise CheckpointMismatchError(
                f"{place}: {name} is {given!r}; expected {row.settings[name].in_words()}"
            )
        settings[name] = value
    return NetSpec(architecture=row.name, scale=scale, channels=channels, settings=settings)


def srcnn_radius(kernels: tuple[int, ...], *, bicubic_after: bool) -> int:
    """Half of each kernel, and two pixels for the cubic kernel where it comes last."""
    return sum(kernel // 2 for kernel in kernels) + (2 if bicubic_after else 0)


def residual_radius(*, depth: int, ends: int, last: int, stages: tuple[int, ...]) -> int:
    """Lr pixels seen by a chain of 3x3 residual blocks with convolutions at its ends.

    `ends` are the pixels of the first and the body's last convolution, `stages` the factors of
    the upsampler (one 3x3 convolution before each), `last` half of the kernel after it.
    """
    radius, factor = Fraction(ends + 2 * depth), 1
    for stage in stages:
        radius += Fraction(1, factor)
        factor *= stage
    return ceil(radius + Fraction(last, factor))


def stages_of(scale: int) -> tuple[int, ...]:
    """The steps in which a scale is reached: x3 in one, powers of two doubling."""
    return (3,) if scale == 3 else (2,) * (scale.bit_length() - 1)


def _srcnn(spec: NetSpec) -> int:
    kernels = spec.settings["kernels"]
    assert isinstance(kernels, tuple)
    return srcnn_radius(kernels, bicubic_after=spec.settings["bicubic"] == "after")


def _edsr(spec: NetSpec) -> int:
    depth, direct = spec.settings["depth"], spec.settings["upsampler"] == "direct"
    assert isinstance(depth, int)
    stages = (spec.scale,) if direct else stages_of(spec.scale)
    return residual_radius(depth=depth, ends=2, last=0 if direct else 1, stages=stages)


def _srresnet(spec: NetSpec) -> int:
    depth = spec.settings["depth"]
    assert isinstance(depth, int)
    return residual_radius(depth=depth, ends=5, last=4, stages=stages_of(spec.scale))


ARCHITECTURES: Catalog[Architecture] = Catalog(
    "architectures",
    (
        Architecture(
            name="srcnn",
            title="three convolutions on the bicubic enlargement",
            citation="Dong et al., Image super-resolution using deep convolutional networks, "
            "TPAMI 2016",
            module="srlab.nets.srcnn:SRCNN",
            tail="conv3.",
            settings={
                "kernels": Setting(default=(9, 5, 5), high=31, odd=True),
                "widths": Setting(default=(64, 32)),
                "bicubic": Setting(default="before", choices=("before", "after")),
            },
            enlarges=lambda spec: spec.settings["bicubic"] == "after",
            radius=_srcnn,
        ),
        Architecture(
            name="cnn3",
            title="three 3x3 convolutions, 128 and 64 wide, on the bicubic enlargement",
            citation="a course's own net, after SRCNN",
            module="srlab.nets.cnn3:CNN3",
            tail="conv3.",
            settings={"widths": Setting(default=(128, 64))},
            enlarges=lambda _: False,
            radius=lambda _: 3,
        ),
        Architecture(
            name="srresnet",
            title="residual blocks with PReLU, pixel shuffle",
            citation="Ledig et al., Photo-realistic single image super-resolution using a GAN, "
            "CVPR 2017",
            module="srlab.nets.srresnet:SRResNet",
            tail="upsample.",
            settings={
                "width": Setting(default=64),
                "depth": Setting(default=16, high=128),
                "norm": Setting(default="batch", choices=("batch", "none")),
            },
            enlarges=lambda _: True,
            radius=_srresnet,
        ),
        Architecture(
            name="edsr",
            title="residual blocks without normalisation, pixel shuffle",
            citation="Lim et al., Enhanced deep residual networks for single image "
            "super-resolution, CVPR workshops 2017",
            module="srlab.nets.edsr:EDSR",
            tail="upsample.",
            settings={
                "width": Setting(default=64),
                "depth": Setting(default=16, high=128),
                "residual_scaling": Setting(default=1.0, low=0.001, high=1),
                "upsampler": Setting(default="paper", choices=("paper", "direct")),
                "subtract_mean": Setting(default=False),
            },
            enlarges=lambda _: True,
            radius=_edsr,
        ),
    ),
)
