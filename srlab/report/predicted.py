"""What a classifier said of a set, read from the store once for the part on predictions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

import pandas as pd

from srlab.analysis.compared import Compared, against_original
from srlab.analysis.flip_quality import scores_of
from srlab.analysis.frames import Filter, as_list
from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.predictions import COLUMNS, Arm, PredictionFilter, predictions
from srlab.analysis.transitions import transitions
from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.store.store import Store

CONTROLS = (Arm.SMALL.value, BASELINE)
"""Without these a flip cannot be blamed on a network."""
DIGESTS = ["key", "classifier_fingerprint", "fingerprint"]
_LABELS = [*COLUMNS[: COLUMNS.index("label") + 1], "correct5"]
_PICTURES = ["sample", "scale", "degradation", "upscaler", "hr", "lr", "sr"]


@dataclass(frozen=True, kw_only=True)
class PredictedSet:
    """What one classifier said of one set of images.

    `file_part` stands for both in names of files: letters, digits, `-` and `.`, and no two alike.
    `rows` are predictions with `run`, `time` and digests, `compared` their pairs with the original,
    and `every` the pairs of all upscalers that the store holds, chosen or not.
    `facts` are the classifier's, None where the store holds none that can be read, and `labels`
    how many classes it knows (0 where nobody tells). `scored` are the scores of the same upscaled
    images under one protocol, `pictures` the digests of hr, lr and sr of those that flipped.
    """

    benchmark: str
    classifier: str
    file_part: str
    rows: pd.DataFrame
    compared: Compared
    every: Compared
    fingerprint: bytes
    facts: dict[str, Any] | None
    labels: int
    scored: pd.DataFrame
    pictures: pd.DataFrame

    @property
    def title(self) -> str:
        """Set and classifier: "materials, vit"."""
        return f"{self.benchmark}, {self.classifier}"

    @property
    def pairs(self) -> pd.DataFrame:
        """Every image of an arm beside its original."""
        return self.compared.pairs

    @property
    def upscaled(self) -> pd.DataFrame:
        """The pairs of upscaled images; the small image's are not among them."""
        return self.pairs[self.pairs["arm"] == Arm.UPSCALED.value]

    @property
    def scales(self) -> list[int]:
        """All scales, small ones first."""
        return sorted(int(scale) for scale in self.rows["scale"].unique())

    @property
    def upscalers(self) -> dict[str, list[int]]:
        """The upscalers by name, with the scales at which their images were classified."""
        upscaled = self.rows[self.rows["arm"] == Arm.UPSCALED.value]
        there = upscaled.groupby("upscaler")["scale"].unique()
        return {str(name): sorted(map(int, scales)) for name, scales in there.items()}

    @property
    def images(self) -> int:
        """How many images were looked at in any arm."""
        return int(self.rows["sample"].nunique())

    @property
    def classes(self) -> list[int]:
        """How many images each class has, the rarest first."""
        seen = self.rows[["sample", "truth"]].drop_duplicates()
        return sorted(int(n) for n in seen["truth"].value_counts())

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """The four-way table; p by Holm over all arms of a scale that the store holds."""
        return transitions(self.compared, every=self.every)

    def telling(self, scale: int) -> list[str]:
        """The arms that say most at a scale: the controls, the fewest and the most changes."""
        table = self.transitions
        table = table[table["scale"] == scale]
        table = table[(table["n"] > 0) & (table["n"] == table["n"].max())].set_index("upscaler")
        controls = [name for name in CONTROLS if name in table.index]
        others = table["changed_share"].drop(controls)
        extremes = [str(others.idxmin()), str(others.idxmax())] if len(others) else []
        return [*controls, *extremes]


def hexadecimal(value: Any) -> str:
    """A digest as text; empty for what is none."""
    return bytes(value).hex() if isinstance(value, bytes | bytearray) else ""


def with_probabilities(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of which the probabilities of both sides are stored."""
    before, after = (
        pairs[f"{side}_probabilities"].map(len) > 0 for side in ("original", "upscaled")
    )
    return pairs[before & after]


def predictions_like(selection: Filter) -> PredictionFilter:
    """The predictions of the images that a selection of scores is of; the controls stay."""
    upscalers = as_list(selection.upscalers)
    return PredictionFilter(
        benchmarks=selection.benchmarks,
        samples=selection.samples,
        scales=selection.scales,
        upscalers=[*upscalers, *CONTROLS] if upscalers else [],
        degradation=selection.degradation,
    )


def predicted_sets(
    store: Store, chosen: PredictionFilter, *, extra: Sequence[str]
) -> tuple[PredictedSet, ...]:
    """One for each set and classifier with predictions under `chosen`, in order of their names.

    `extra` are the columns of the scores besides the tidy ones. Raises StoreError for a row that
    is not as srlab writes it.
    """
    frame = predictions(store, rows=chosen, columns=[*COLUMNS, "run", "time", *DIGESTS])
    every = predictions(store, rows=replace(chosen, upscalers=()), columns=_LABELS)
    found: list[PredictedSet] = []
    for names, group in frame.groupby(["benchmark", "classifier"], sort=True):
        part = _file_part("-".join(map(str, names)), {item.file_part for item in found})
        same = every[(every["benchmark"] == names[0]) & (every["classifier"] == names[1])]
        found.append(
            _predicted_set(
                store,
                group.reset_index(drop=True),
                part,
                extra,
                every=against_original(same.reset_index(drop=True)),
            )
        )
    return tuple(found)


def _file_part(name: str, taken: set[str]) -> str:
    """`name` for a file, with a number behind it where that is taken."""
    clean = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.") or "set"
    numbered = (clean if number == 1 else f"{clean}-{number}" for number in count(1))
    return next(part for part in numbered if part not in taken)


def _predicted_set(
    store: Store, rows: pd.DataFrame, file_part: str, extra: Sequence[str], *, every: Compared
) -> PredictedSet:
    benchmark, classifier = str(rows["benchmark"].iloc[0]), str(rows["classifier"].iloc[0])
    fingerprint = bytes(rows["classifier_fingerprint"].iloc[0])
    compared = against_original(rows)
    pairs = compared.pairs
    upscaled = pairs[pairs["arm"] == Arm.UPSCALED.value]
    facts, labels = _facts(store, fingerprint)
    scored = scores_of(
        upscaled,
        store,
        protocol=_protocol(store, benchmark),
        metrics=[info.name for info in METRICS if info.direction is not Direction.NONE],
        extra=extra,
    )
    return PredictedSet(
        benchmark=benchmark,
        classifier=classifier,
        file_part=file_part,
        rows=rows,
        compared=compared,
        every=every,
        fingerprint=fingerprint,
        facts=facts,
        labels=labels,
        scored=scored[scored["sample"].isin(upscaled["sample"])],
        pictures=_pictures(store, benchmark, upscaled[upscaled["flipped"]]),
    )


def _facts(store: Store, fingerprint: bytes) -> tuple[dict[str, Any] | None, int]:
    """What the store tells of a classifier, and how many labels it has."""
    rows = store.rows(_CLASSIFIERS, [fingerprint], tables=("classifiers",))
    if not rows:
        return None, 0
    facts, labels = (_json(text) for text in rows[0])
    return (
        facts if isinstance(facts, dict) else None,
        len(labels) if isinstance(labels, list) else 0,
    )


def _json(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _protocol(store: Store, benchmark: str) -> str:
    """The protocol under which a set was scored: the usual one where it is there."""
    found = store.rows(_PROTOCOLS, [benchmark], benchmarks=[benchmark])
    names = [str(name) for (name,) in found]
    return DEFAULT_PROTOCOL if DEFAULT_PROTOCOL in names or not names else names[0]


def _pictures(store: Store, benchmark: str, flipped: pd.DataFrame) -> pd.DataFrame:
    if flipped.empty:
        return pd.DataFrame(columns=_PICTURES)
    named = [flipped[name].unique().tolist() for name in ("sample", "scale", "upscaler")]
    found = store.frame(_SHOWN, [benchmark, *named], benchmarks=[benchmark])
    return found.drop_duplicates(_PICTURES[:4]).reset_index(drop=True)


_CLASSIFIERS = """
SELECT facts, labels FROM classifiers WHERE fingerprint = ? ORDER BY "order" DESC LIMIT 1
"""

_PROTOCOLS = "SELECT DISTINCT protocol FROM scores WHERE benchmark = ? ORDER BY protocol"

_SHOWN = f"""
SELECT DISTINCT {", ".join(_PICTURES)} FROM scores
WHERE benchmark = ? AND sample IN (SELECT unnest(?)) AND scale IN (SELECT unnest(?))
AND upscaler IN (SELECT unnest(?)) AND sr IS NOT NULL
ORDER BY ALL
"""
