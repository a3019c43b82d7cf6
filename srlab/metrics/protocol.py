"""Scoring protocols: how a pair (sr, hr) is prepared and measured, named and hashed.

A protocol has two halves. The preparation says how hr and lr come about and whether sr is rounded;
all protocols of one preparation are measured on the same stored sr image, or, where sr is not
rounded, on the float luma that a net gives and that is stored nowhere. The measure says channel,
its rounding, border cut and what becomes of grey images. Numbers of different protocols are never
averaged, ranked or compared with one another.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from srlab.errors import UsageError
from srlab.fingerprint import digest
from srlab.registry import Catalog

STANDARD = "standard"
"""The degradation of most protocols: the given lr, or MATLAB bicubic of the mod-cropped hr."""


class Channel(StrEnum):
    """What of a colour image is compared."""

    Y = "y"
    RGB = "rgb"
    SRCNN_PYTORCH_Y = "srcnn-pytorch-y"


class Grey(StrEnum):
    """What becomes of a grey image before its channel is taken."""

    AS_IS = "as-is"
    REPLICATE = "replicate"


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """How hr and lr come about, and whether sr is rounded to uint8 before it is scored."""

    degradation: str = STANDARD
    sr_rounded: bool = True


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Channel, rounding of the channel, border cut (`border_scales` * scale + `border_pixels`)."""

    channel: Channel = Channel.Y
    rounded: bool = False
    border_scales: int = 1
    border_pixels: int = 0
    grey: Grey = Grey.AS_IS

    def border(self, scale: int | None) -> int:
        """Pixels cut from each side; raises UsageError where that depends on an unknown scale."""
        if self.border_scales == 0:
            return self.border_pixels
        if scale is None:
            raise UsageError(
                f"this protocol cuts {self.border_scales} x scale pixels from each side, and no "
                "scale was given; name it (-s 2), or choose a protocol with a fixed border "
                "(full-rgb)"
            )
        return self.border_scales * scale + self.border_pixels


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A named way to prepare and score a pair."""

    name: str
    title: str
    known_as: str = ""
    preparation: Preparation = field(default_factory=Preparation)
    measure: Measure = field(default_factory=Measure)

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for both halves; names and titles do not count."""
        return digest({"preparation": asdict(self.preparation), "measure": asdict(self.measure)})

    def in_words(self) -> str:
        """One sentence for a person who reads a table: what was compared, and how."""
        measure = self.measure
        channel = {
            Channel.Y: "the BT.601 luma (16 to 235)",
            Channel.RGB: "all three RGB channels",
            Channel.SRCNN_PYTORCH_Y: "the luma 16 + (64.738 R + 129.057 G + 25.064 B)/256",
        }[measure.channel]
        if not self.preparation.sr_rounded:
            channel += " in floating point, of hr resized to a multiple of the scale by Pillow"
        rounding = ", rounded to whole grey levels" if measure.rounded else ""
        grey = (
            "grey images are replicated to RGB first"
            if measure.grey is Grey.REPLICATE
            else "grey images are compared as they are"
        )
        return f"{channel}{rounding}, {self._border_in_words()}; {grey}"

    def _border_in_words(self) -> str:
        scales, pixels = self.measure.border_scales, self.measure.border_pixels
        if scales == 0:
            return f"{pixels} pixels cut from each border" if pixels else "no border cut"
        factor = "scale" if scales == 1 else f"{scales} x scale"
        extra = f" + {pixels}" if pixels else ""
        return f"{factor}{extra} pixels cut from each border"


PROTOCOLS: Catalog[Protocol] = Catalog(
    "protocols",
    (
        Protocol(
            name="paper-y",
            title="luma, not rounded, border = scale",
            known_as="BasicSR, EDSR, SwinIR on colour images",
        ),
        Protocol(
            name="basicsr-y",
            title="as paper-y, grey replicated to RGB first",
            known_as="BasicSR, EDSR, SwinIR as they are",
            measure=Measure(grey=Grey.REPLICATE),
        ),
        Protocol(
            name="matlab-y",
            title="luma rounded to uint8, border = scale",
            known_as="SelfExSR and MATLAB evaluation code",
            measure=Measure(rounded=True),
        ),
        Protocol(
            name="paper-rgb",
            title="RGB, border = scale",
            measure=Measure(channel=Channel.RGB),
        ),
        Protocol(
            name="ntire",
            title="RGB, border = scale + 6",
            known_as="NTIRE, DIV2K",
            measure=Measure(channel=Channel.RGB, border_pixels=6),
        ),
        Protocol(
            name="full-rgb",
            title="RGB, whole image",
            known_as="pyiqa's psnr",
            measure=Measure(channel=Channel.RGB, border_scales=0),
        ),
        Protocol(
            name="srcnn-pytorch",
            title="float luma of a hr that was resized, whole image",
            known_as="the SRCNN PyTorch code of coursework (yjn870/SRCNN-pytorch)",
            preparation=Preparation(degradation="srcnn-pytorch", sr_rounded=False),
            measure=Measure(channel=Channel.SRCNN_PYTORCH_Y, border_scales=0, grey=Grey.REPLICATE),
        ),
    ),
)

DEFAULT_PROTOCOL = "paper-y"
