"""Carries a classification out: reads pictures, classifies them in batches, keeps rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter
from typing import Any

from srlab.classification.looks import Look, absent_looks
from srlab.classification.prediction import Prediction, read_logits, read_stored
from srlab.classifiers.info import Classifier, ClassifierInfo
from srlab.classifiers.labels import match_labels, normalise
from srlab.errors import ImageUnreadableError, Progress, Silent, SrlabError
from srlab.evaluation.ledger import Ledger
from srlab.fingerprint import bytes_digest, canonical_json
from srlab.image.files import decode
from srlab.store.buffer import RowBuffer
from srlab.store.shards import Row, new_run, now
from srlab.store.store import Store

BATCH = 16
"""Images a forward; whichever they are changes no prediction beyond the last digits."""
_AHEAD = 2
"""Batches that are made ready beside the forward."""


@dataclass(frozen=True, kw_only=True)
class Unclassified:
    """An image that could not be looked at."""

    where: str
    code: str
    reason: str


@dataclass(kw_only=True)
class Classification:
    """What was done: predictions there before, computed now; what could not be had."""

    present: int = 0
    computed: int = 0
    troubles: list[Unclassified] = field(default_factory=list)


def run_classification(
    store: Store,
    looks: list[Look],
    info: ClassifierInfo,
    *,
    device: str = "auto",
    command: str = "",
    progress: Progress | None = None,
) -> Classification:
    """Make a prediction of every look be in the store; the net is loaded where any is missing.

    Raises LabelsError for a class that the classifier does not know, and as `ClassifierInfo.load`
    does, before any row is written. Ctrl-C keeps what is finished.
    """
    if not looks:
        return Classification()
    places = match_labels(sorted({look.truth for look in looks}), info.labels)
    benchmark = looks[0].benchmark
    absent = absent_looks(store, looks, benchmark, info.fingerprint)
    result = Classification(present=len(looks) - len(absent))
    if not absent:
        return result
    with RowBuffer(store) as buffer:
        work = _Work(store, buffer, info, places, result)
        left = work.take_over(absent)
        if left:
            work.classify(left, info.load(device), command=command, progress=progress or Silent())
    return result


class _Work:
    """Moves looks through the classifier and their predictions into the store."""

    def __init__(
        self,
        store: Store,
        buffer: RowBuffer,
        info: ClassifierInfo,
        places: Mapping[str, int],
        result: Classification,
    ) -> None:
        self._store, self._buffer, self._info = store, buffer, info
        self._places, self._result = places, result
        self._run = new_run()

    def take_over(self, looks: list[Look]) -> list[Look]:
        """Keep what is known of the same pixels under other names; the looks that are left.

        What the classifier is is kept first: the newest of a label is the one whose rows count.
        """
        labels = canonical_json([normalise(label) for label in self._info.labels])
        row: Row = {
            "classifier": self._info.name,
            "fingerprint": self._info.fingerprint,
            "labels": labels,
            "facts": self._info.facts_json(),
        }
        self._add("classifiers", [row])
        keys = sorted({self._key(look) for look in looks})
        rows = self._store.rows(_KNOWN, [keys], tables=("predictions",))
        known = {
            bytes(key): read_stored(dict(zip(_VALUES, values, strict=True)))
            for key, *values in rows
        }
        for look in looks:
            if self._key(look) in known:
                self._keep([look], known[self._key(look)])
        return [look for look in looks if self._key(look) not in known]

    def classify(
        self, looks: list[Look], classifier: Classifier, *, command: str, progress: Progress
    ) -> None:
        """Look at each picture once, in batches, whatever its names; the run's row says how."""
        named: dict[bytes, list[Look]] = {}
        for look in looks:
            named.setdefault(self._key(look), []).append(look)
        ledger, status = Ledger(self._buffer, self._run), "interrupted"
        before = self._result.computed
        ledger.start_run(command, "local", 1, len(named))
        progress.start("classify", len(named))
        try:
            for group, prepared, seconds in self._prepared(named.values(), classifier):
                start = perf_counter()
                logits = classifier.logits(prepared)
                each = (perf_counter() - start + seconds) / len(group)
                for same, line in zip(group, logits, strict=True):
                    self._keep(same, read_logits(line, self._info.labels, seconds=each))
                    progress.advance(same[0].where)
            status = "incomplete" if self._result.troubles else "done"
        finally:
            progress.finish()
            computed = self._result.computed - before
            ledger.finish_run(status, computed, len(self._result.troubles))

    def _prepared(
        self, groups: Iterable[list[Look]], classifier: Classifier
    ) -> Iterator[tuple[list[list[Look]], Any, float]]:
        """Batches ready for the net, made beside it; what cannot be read is named and left."""
        with ThreadPoolExecutor(1) as pool:
            waiting: list[Future] = []
            remaining = iter(groups)
            while batch := list(islice(remaining, BATCH)):
                waiting.append(pool.submit(self._prepare, batch, classifier))
                if len(waiting) > _AHEAD:
                    yield from _with_images(waiting.pop(0).result())
            for future in waiting:
                yield from _with_images(future.result())

    def _prepare(
        self, batch: list[list[Look]], classifier: Classifier
    ) -> tuple[list[list[Look]], Any, float]:
        start = perf_counter()
        group, images = [], []
        for same in batch:
            try:
                images.append(decode(self._intact(same[0]), name=same[0].where).pixels)
                group.append(same)
            except SrlabError as error:
                self._fail(same, error)
        prepared = classifier.prepare(images) if images else None
        return group, prepared, perf_counter() - start

    def _intact(self, look: Look) -> bytes:
        """The picture's file, if it is what was scored."""
        content = self._store.pictures.read(look.image)
        if bytes_digest(content) != look.content:
            raise ImageUnreadableError(
                f"the stored picture of {look.where} is not what was scored; `srlab store check` "
                "names what is damaged, `srlab classify` again makes it anew"
            )
        return content

    def _keep(self, same: list[Look], prediction: Prediction) -> None:
        rows = [prediction.row(look, self._info, truth=self._places[look.truth]) for look in same]
        self._add("predictions", rows)
        self._result.computed += len(rows)

    def _add(self, table: str, rows: list[Row]) -> None:
        origin = {"run": self._run, "time": now()}
        self._buffer.add(table, [{**row, **origin} for row in rows])

    def _fail(self, same: list[Look], error: SrlabError) -> None:
        self._result.troubles += [
            Unclassified(where=look.where, code=error.code, reason=str(error)) for look in same
        ]

    def _key(self, look: Look) -> bytes:
        return look.key(self._info.fingerprint)


def _with_images(made: tuple) -> list[tuple]:
    """Nothing for a batch of which nothing could be read."""
    return [made] if made[0] else []


_VALUES = ("margin", "top", "probabilities", "seconds")
_KNOWN = f"""
SELECT key, {", ".join(_VALUES)} FROM every_predictions
WHERE key IN (SELECT unnest(?::BLOB[]))
"""
