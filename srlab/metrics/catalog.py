"""The metrics: one row of facts each, and a lazy reference to a plain function.

Nobody but the row knows that LPIPS is better when low. Listing them imports neither NumPy nor
torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from srlab.metrics.protocol import Protocol
from srlab.registry import Catalog


class Direction(StrEnum):
    """Which way is better; NONE where neither is."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Kind(StrEnum):
    """What a metric looks at: a pair (sr, hr), one image alone, or a whole set."""

    PAIR = "pair"
    IMAGE = "image"
    SET = "set"


MEASURE_PARTS = frozenset({"channel", "rounded", "border", "grey"})
BORDER_ONLY = frozenset({"border"})


@dataclass(frozen=True, kw_only=True)
class MetricInfo:
    """Facts about a metric.

    `function` is the lazy `"module:object"` of a plain function: `(sr, hr) -> float` for a pair,
    `(sr) -> float` for an image. `honours` are the parts of a protocol that change its value: with
    all of them the function gets float64 channel arrays, with the border alone the uint8 images
    after the cut. `revision` goes up when its values change. `backbone` is the official name of
    learned weights it needs, `prepare` the lazy reference of a function that gets them or raises.

    Values lie between `lowest` and `highest`. What is above, as the infinite PSNR of identical
    images, counts as `highest` wherever values are summed up, and is stored as it is. Two values
    that differ by `tolerance` at most are equal: so far may rounding take them apart.
    """

    name: str
    title: str
    unit: str
    direction: Direction
    kind: Kind = Kind.PAIR
    revision: int = 1
    minimum_n: int = 1
    honours: frozenset[str] = MEASURE_PARTS
    function: str
    backbone: str | None = None
    prepare: str | None = None
    decimals: int = 4
    lowest: float = 0.0
    highest: float = math.inf
    tolerance: float = 1e-9

    @property
    def sign(self) -> float:
        """What turns a difference into a gain, which is positive when better; 1 where neither is.

        A difference in a metric of no direction is a plain one.
        """
        return -1.0 if self.direction is Direction.LOWER else 1.0


def _lpips(net: str, backbone: str) -> MetricInfo:
    return MetricInfo(
        name=f"lpips-{net}",
        title=f"LPIPS ({net})",
        unit="",
        direction=Direction.LOWER,
        honours=BORDER_ONLY,
        function=f"srlab.metrics.lpips:lpips_{net}",
        backbone=backbone,
        prepare=f"srlab.metrics.lpips:prepare_{net}",
        tolerance=1e-6,
    )


METRICS: Catalog[MetricInfo] = Catalog(
    "metrics",
    (
        MetricInfo(
            name="psnr",
            title="PSNR",
            unit="dB",
            direction=Direction.HIGHER,
            function="srlab.metrics.fidelity:psnr",
            decimals=2,
            highest=100.0,
        ),
        MetricInfo(
            name="ssim",
            title="SSIM",
            unit="",
            direction=Direction.HIGHER,
            function="srlab.metrics.ssim:ssim",
            lowest=-1.0,
            highest=1.0,
            tolerance=1e-12,
        ),
        MetricInfo(
            name="mse",
            title="MSE",
            unit="grey levels²",
            direction=Direction.LOWER,
            function="srlab.metrics.fidelity:mse",
            decimals=2,
        ),
        MetricInfo(
            name="rmse",
            title="RMSE",
            unit="grey levels",
            direction=Direction.LOWER,
            function="srlab.metrics.fidelity:rmse",
            decimals=3,
        ),
        MetricInfo(
            name="mae",
            title="MAE",
            unit="grey levels",
            direction=Direction.LOWER,
            function="srlab.metrics.fidelity:mae",
            decimals=3,
        ),
        MetricInfo(
            name="entropy",
            title="Entropy",
            unit="bit",
            direction=Direction.NONE,
            kind=Kind.IMAGE,
            function="srlab.metrics.entropy:entropy",
            decimals=3,
            highest=8.0,
        ),
        _lpips("alex", "torchvision/alexnet-owt-7be5be79"),
        _lpips("squeeze", "torchvision/squeezenet1_1-b8a52dc0"),
        _lpips("vgg", "torchvision/vgg16-397923af"),
    ),
    aliases={"lpips": "lpips-alex"},
)

DEFAULT_METRICS = ("psnr", "ssim")


def score_facts(metric: MetricInfo, protocol: Protocol, scale: int | None) -> dict[str, object]:
    """What of metric and protocol goes into a score's key, besides the images.

    Two protocols that differ only in what the metric does not honour give the same facts, so a
    value is computed once and kept under both names.
    """
    measure = protocol.measure
    parts = {
        "channel": measure.channel.value,
        "rounded": measure.rounded,
        "border": measure.border(scale),
        "grey": measure.grey.value,
    }
    return {
        "metric": metric.name,
        "revision": metric.revision,
        "backbone": metric.backbone,
        "measure": {name: parts[name] for name in sorted(metric.honours)},
    }
