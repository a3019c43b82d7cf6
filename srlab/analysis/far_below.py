"""Networks so far below bicubic that a mistake is likelier than a bad network."""

from __future__ import annotations

from collections.abc import Sequence
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
    below: int
    n: int
    gain: float

    def in_words(self) -> str:
        """What it is, the suspects with the likeliest first, and how each is tested."""
        return (
            f"{self.upscaler} is over {_FAR:g} dB below {BASELINE} on {self.below} of {self.n} "
            f"images of {self.benchmark} x{self.scale} ({self.gain:+.2f} dB on average), which is "
            f"nearly always a mistake. Suspects, the likeliest first: {SUSPECTS}"
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
    store: Store, upscalers: Sequence[str], benchmarks: Sequence[str], scales: Sequence[int]
) -> list[FarBelow]:
    """Those of `upscalers` that are far below bicubic, each once: where they are most so."""
    if not upscalers:
        return []
    rows = scores(
        store,
        benchmarks=list(benchmarks),
        scales=list(scales),
        metrics=["psnr"],
        upscalers=[*upscalers, BASELINE],
    )
    pairs = with_gain(rows).dropna(subset=["gain"])
    pairs = pairs[pairs["upscaler"] != BASELINE]
    found: dict[str, FarBelow] = {}
    for names, group in pairs.groupby([*CELL, "upscaler"], sort=True):
        gain, n = float(group["gain"].mean()), len(group)
        below = int((group["gain"] < -_FAR).sum())
        name = str(names[-1])
        if below > _MOST * n and (name not in found or gain < found[name].gain):
            found[name] = FarBelow(
                upscaler=name,
                benchmark=str(names[0]),
                scale=int(group["scale"].iloc[0]),
                below=below,
                n=n,
                gain=gain,
            )
    return list(found.values())
