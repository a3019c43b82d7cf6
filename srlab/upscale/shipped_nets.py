"""The networks that come with srlab: at which scales, and where their files and cards lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from srlab.errors import ScaleNotServedError
from srlab.registry import Catalog
from srlab.shipped import share_root


@dataclass(frozen=True, kw_only=True)
class ShippedNet:
    """A network whose weights lie in `checkpoints/`, one file a scale, with a card for all.

    `recipe` names its recipe at a scale, `{scale}` in its place.
    """

    name: str
    title: str
    scales: tuple[int, ...]
    recipe: str

    def path(self, scale: int) -> Path:
        """The file of weights for `scale`; ScaleNotServedError where there is none."""
        if scale not in self.scales:
            raise ScaleNotServedError(self.name, scale, self.scales)
        return share_root() / "checkpoints" / f"{self.name}-x{scale}.safetensors"

    @property
    def card(self) -> Path:
        """What tells of its training and its scores."""
        return share_root() / "checkpoints" / f"{self.name}.md"


SHIPPED: Catalog[ShippedNet] = Catalog(
    "upscalers",
    (
        ShippedNet(
            name="srcnn-y",
            title="SRCNN 9-5-5 on luma",
            scales=(2, 3, 4),
            recipe="srcnn-y-x{scale}",
        ),
        ShippedNet(
            name="srcnn-rgb",
            title="SRCNN 9-5-5 on RGB, bicubic after the convolutions",
            scales=(4,),
            recipe="srcnn-rgb-x{scale}-charbonnier",
        ),
        ShippedNet(
            name="cnn3",
            title="three 3x3 convolutions on RGB",
            scales=(2,),
            recipe="cnn3-x{scale}",
        ),
        ShippedNet(
            name="srresnet-light",
            title="SRResNet, 8 blocks x 64 without normalisation",
            scales=(4,),
            recipe="srresnet-light-x{scale}",
        ),
        ShippedNet(
            name="edsr-light",
            title="EDSR, 16 blocks x 64, one convolution and shuffle",
            scales=(2, 3, 4),
            recipe="edsr-light-x{scale}",
        ),
    ),
)
