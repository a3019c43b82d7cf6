"""Networks so far below bicubic that a mistake is likelier than a bad network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from srlab.analysis.frames import CELL, scores
from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.ranking import with_gain
from srlab.store.store import Store

_FAR = 1.0
_MOST = 0.5


@dataclass(frozen=True, kw_only=True)
class FarBelow:
    """An upscaler that is over 1 dB of PSNR below bicubic on most images of a set at a scale."""

    upscaler: str
    benchmark: str
    scale: int
    lr: str
    protocol: str
    below: int
    n: int
    gain: float

    def in_words(self) -> str:
        """What it is, the suspects with the likeliest first, and how each is tested."""
        return (
            f"{self.upscaler} is over {_FAR:g} dB below {BASELINE} on {self.below} of {self.n} "
            f"images of {self.benchmark} x{self.scale} (lr {self.lr}, {self.protocol}: "
            f"{self.gain:+.2f} dB on average), which is nearly always a mistake. Suspects, the "
            f"likeliest first: {SUSPECTS}"
        )


SUSPECTS = (
    "(1) it was trained without padding, and zeros at the borders spoil the image: evaluate it "
    "with +replicate behind; (2) its weights are of another scale: evaluate it at the others (-s 2 "
    "-s 3 -s 4); (3) it takes channels as BGR, as OpenCV reads them: give it x[:, [2, 1, 0]] in a "
    "py:module:factory, and turn its output round again; (4) it works on levels 0 to 255: give it "
    "x * 255 and divide its output; (5) it was trained on luma and is given RGB, or the reverse: "
    "look at `srlab show upscaler`. A net trained for looks (a GAN) may stand there rightly"
)


def far_below(
    store: Store,
    upscalers: Sequence[str],
    lr: Collection[tuple[str, int, str, str]],
    protocols: Sequence[str],
) -> list[FarBelow]:
    """Those of `upscalers` that are far below bicubic, each once: where they are most so.

    `lr` lists (benchmark, scale, degradation, kind of lr); nothing else is looked at.
    """
    if not upscalers or not lr:
        return []
    rows = scores(
        store,
        benchmarks=sorted({place[0] for place in lr}),
        scales=sorted({place[1] for place in lr}),
        protocols=list(protocols),
        metrics=["psnr"],
        upscalers=[*upscalers, BASELINE],
    )
    pairs = with_gain(rows).dropna(subset=["gain"])
    pairs = pairs[pairs["upscaler"] != BASELINE]
    found: dict[str, FarBelow] = {}
    for names, group in pairs.groupby([*CELL, "upscaler"], sort=True):
        first = group.iloc[0]
        place = tuple(first[name] for name in ("benchmark", "scale", "degradation", "lr_kind"))
        gain, n, name = float(group["gain"].mean()), len(group), str(names[-1])
        below = int((group["gain"] < -_FAR).sum())
        worst = name not in found or gain < found[name].gain
        if place in lr and below > _MOST * n and worst:
            found[name] = FarBelow(
                upscaler=name,
                benchmark=str(first["benchmark"]),
                scale=int(first["scale"]),
                lr=str(first["lr_kind"] or first["degradation"]),
                protocol=str(first["protocol"]),
                below=below,
                n=n,
                gain=gain,
            )
    return list(found.values())
