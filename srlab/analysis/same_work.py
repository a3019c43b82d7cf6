"""Whether stored scores are of the same work as a paper's: the set's images, and lr made as there.

Printed values stand beside ours only then; protocol, scale and metric are for who joins them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from srlab.data.catalog import BENCHMARKS, BenchmarkInfo
from srlab.data.degradation import DEFAULT, GIVEN
from srlab.data.known_hr import DIGESTED, hr_digest, known_name
from srlab.errors import SrlabError
from srlab.image.files import Pixels, decode
from srlab.image.resize import Edge, downscale
from srlab.store.store import Store

PLACE = ["benchmark", "scale", "degradation", "lr_kind"]
BY_DIGEST, BY_NAME = "by digest", "by name"
_AS_PAPERS_DO = (DEFAULT, f"{DEFAULT}-replicate")
_ROUNDING = 1


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one set at one scale, with one lr, is: the `known` set it is, recognised `by` what.

    Where it is none, `known` is empty, and `reason` says why a name alone is not enough; it is
    empty for sets that no paper printed values of. `stranger` says that the set is called like a
    known one and has other images.
    """

    place: tuple[str, int, str, str]
    known: str = ""
    by: str = ""
    reason: str = ""
    stranger: bool = False


def works(store: Store, printed: Iterable[str]) -> list[Work]:
    """One for each set, scale and lr in the store; `printed` are the sets with printed values."""
    rows = store.rows(_PAIRS)
    places: dict[tuple, dict[str, tuple[bytes, bytes]]] = {}
    for *place, sample, hr, lr in rows:
        places.setdefault(tuple(place), {})[sample] = (hr, lr)
    known = frozenset(printed)
    return [_work(store, place, pairs, known) for place, pairs in places.items()]


def _work(
    store: Store, place: tuple, pairs: dict[str, tuple[bytes, bytes]], printed: frozenset[str]
) -> Work:
    benchmark, _, degradation, _ = place
    info = BENCHMARKS[benchmark] if benchmark in printed else None
    reason = ""
    if info and len(pairs) != info.count:
        reason = f"{len(pairs)} images were scored, and papers print means over {info.count}"
    elif info and degradation not in (*_AS_PAPERS_DO, GIVEN):
        reason = f"lr was made by {degradation}, and papers make it by MATLAB's bicubic"
    counts = {BENCHMARKS[name].count for name in printed}
    if reason or len(pairs) not in counts or degradation not in (*_AS_PAPERS_DO, GIVEN):
        return Work(place=place, reason=reason)
    try:
        return _seen(store, place, pairs, info)
    except (SrlabError, OSError):
        return Work(place=place, reason="images of it are missing or damaged" if info else "")


def _seen(
    store: Store,
    place: tuple,
    pairs: dict[str, tuple[bytes, bytes]],
    info: BenchmarkInfo | None,
) -> Work:
    """What the images say; `info` is of the set that the benchmark's name claims to be."""
    _, scale, degradation, _ = place
    images = {name: _pixels(store, hr) for name, (hr, _) in pairs.items()}
    known, by = known_name(map(hr_digest, images.values()), scale), BY_DIGEST
    if known is None and info and info.name not in DIGESTED:
        known, by = info.name, BY_NAME
    if known is None:
        reason = f"its images are not those of {info.title}" if info else ""
        return Work(place=place, reason=reason, stranger=bool(info))
    if degradation == GIVEN and not all(
        _is_bicubic(_pixels(store, lr), images[name], scale) for name, (_, lr) in pairs.items()
    ):
        return Work(place=place, reason="the given lr is not MATLAB's bicubic of hr")
    return Work(place=place, known=known, by=by)


def _pixels(store: Store, image: bytes) -> Pixels:
    return decode(store.pictures.read(image)).pixels


def _is_bicubic(lr: Pixels, hr: Pixels, scale: int) -> bool:
    """Whether lr is hr made smaller by MATLAB's bicubic, of today or before, but for rounding."""
    return any(
        np.abs(downscale(hr, scale, edge=edge).astype(np.int16) - lr).max() <= _ROUNDING
        for edge in (Edge.SYMMETRIC, Edge.REPLICATE)
    )


_PAIRS = f"""
SELECT DISTINCT {", ".join(PLACE)}, sample, hr, lr FROM scores
WHERE hr IS NOT NULL AND lr IS NOT NULL AND sr IS NOT NULL ORDER BY ALL
"""
