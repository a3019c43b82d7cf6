"""What a set of images is: hr of every sample, and the lr that it brings for certain scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from srlab.data.left_out import LeftOut
from srlab.data.plane import Plane
from srlab.image.files import ImageSource

Images = Mapping[str, ImageSource | Plane]


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """The hr of one scale by sample name, and the lr where the set brings them.

    An `enlarged` lr is as large as its hr already.
    """

    hr: Images
    lr: Images | None
    enlarged: bool = False


@dataclass(frozen=True, kw_only=True)
class ImageSet:
    """What a folder holds: pairings of certain scales, and the hr that serves every other one.

    `refused` says of scales why lr cannot be made from hr: the folder holds some that are not
    understood, and lr that a person brought is never made anew in silence. `left_out` looks like an
    image and is used nowhere; `below` tells of folders whose images are not looked at.
    """

    pairings: Mapping[int, Pairing]
    hr: Images | None
    refused: Mapping[int, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def scales(self) -> tuple[int, ...] | None:
        """The scales that the set is restricted to; None where hr serves any."""
        return tuple(sorted(self.pairings)) if self.hr is None else None

    @property
    def files(self) -> list[Path]:
        """The image files that it is made of."""
        groups = [self.hr, *(side for p in self.pairings.values() for side in (p.hr, p.lr))]
        return [
            one for images in groups for one in (images or {}).values() if isinstance(one, Path)
        ]

    def at(self, scale: int) -> Pairing | None:
        """The images of one scale; None where the set does not serve it."""
        if scale in self.pairings or self.hr is None:
            return self.pairings.get(scale)
        return Pairing(hr=self.hr, lr=None)
