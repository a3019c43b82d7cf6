"""Carries a classification out: reads pictures, classifies them in batches, keeps rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from srlab.classification.looks import Look, absent_looks
from srlab.classification.prediction import Prediction, read_logits, read_stored
from srlab.classifiers.info import Classifier, ClassifierInfo
from srlab.classifiers.labels import match_labels, normalise
from srlab.errors import ImageUnreadableError, Progress, Silent, SrlabError
from srlab.evaluation.ledger import Ledger
from srlab.evaluation.run import Resources
from srlab.execute.local import default_workers, in_threads
from srlab.execute.outcome import Done, Failed
from srlab.fingerprint import bytes_digest, canonical_json
from srlab.image.files import decode
from srlab.nets.turns import forwards_at_once, waited_seconds
from srlab.store.buffer import RowBuffer
from srlab.store.shards import Row, new_run, now
from srlab.store.store import Store

BATCH = 32
"""Images a forward at most; whichever they are changes no prediction beyond the last digits."""
_FEWEST = 8
"""Pictures of a batch where there are so many."""
_AT_HAND = 256
"""Pictures that are decoded at once, over all workers."""

Group = list[Look]
"""Looks at one picture, by all its names."""


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
    resources: Resources | None = None,
    progress: Progress | None = None,
) -> Classification:
    """Make a prediction of every look be in the store; the net is loaded where any is missing.

    `resources` says how many pictures are looked at side by side; all in threads of this process.

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
            work.classify(left, info.load(device), resources or Resources(), progress or Silent())
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
        self._fingerprint = info.fingerprint
        self._run = new_run()

    def take_over(self, looks: list[Look]) -> list[Group]:
        """Keep what is known of the same pixels under other names; the pictures that are left.

        What the classifier is is kept first: the newest of a label is the one whose rows count.
        """
        labels = canonical_json([normalise(label) for label in self._info.labels])
        row: Row = {
            "classifier": self._info.name,
            "fingerprint": self._fingerprint,
            "labels": labels,
            "facts": self._info.facts_json(),
        }
        self._add("classifiers", [row])
        named: dict[bytes, Group] = {}
        for look in looks:
            named.setdefault(look.key(self._fingerprint), []).append(look)
        rows = self._store.rows(_KNOWN, [sorted(named)], tables=("predictions",))
        for key, *values in rows:
            if same := named.pop(bytes(key), None):
                self._keep(same, read_stored(dict(zip(_VALUES, values, strict=True))))
        return list(named.values())

    def classify(
        self,
        groups: list[Group],
        classifier: Classifier,
        resources: Resources,
        progress: Progress,
    ) -> None:
        """Look at each picture once, in batches side by side; the run's row says how it went."""
        ledger, status = Ledger(self._buffer, self._run), "interrupted"
        before, workers = self._result.computed, resources.workers
        batches = even_batches(groups, workers)
        ledger.start_run(resources.command, "local", workers, len(groups))
        progress.start("classify", len(groups))
        try:
            with forwards_at_once(min(workers, len(batches)), cores=default_workers()):
                work = partial(_look_at, store=self._store, classifier=classifier)
                for outcome in in_threads(work, batches, workers=workers):
                    self._receive(outcome, progress)
            status = "incomplete" if self._result.troubles else "done"
        finally:
            progress.finish()
            computed = self._result.computed - before
            ledger.finish_run(status, computed, len(self._result.troubles))

    def _receive(
        self,
        outcome: Done[list[Group], list[Prediction | Failed]] | Failed[list[Group]],
        progress: Progress,
    ) -> None:
        if isinstance(outcome, Failed):
            said: list[Prediction | Failed] = [outcome] * len(outcome.job)
        else:
            said = outcome.result
        for same, one in zip(outcome.job, said, strict=True):
            if isinstance(one, Failed):
                self._result.troubles += [
                    Unclassified(where=look.where, code=one.code, reason=one.reason)
                    for look in same
                ]
            else:
                self._keep(same, one)
            progress.advance(same[0].where)

    def _keep(self, same: Group, prediction: Prediction) -> None:
        rows = [
            prediction.row(
                look,
                classifier=self._info.name,
                fingerprint=self._fingerprint,
                truth=self._places[look.truth],
            )
            for look in same
        ]
        self._add("predictions", rows)
        self._result.computed += len(rows)

    def _add(self, table: str, rows: list[Row]) -> None:
        origin = {"run": self._run, "time": now()}
        self._buffer.add(table, [{**row, **origin} for row in rows])


def even_batches(groups: list[Group], workers: int) -> list[list[Group]]:
    """Batches of one size, as many for each worker, so that none waits for another at the end.

    Of many workers each gets smaller ones, so that the pictures at hand stay few.
    """
    most = max(_FEWEST, min(BATCH, _AT_HAND // workers))
    rounds = -(-len(groups) // (most * workers))
    size = max(-(-len(groups) // (rounds * workers)), min(_FEWEST, len(groups)))
    return [groups[start : start + size] for start in range(0, len(groups), size)]


def _look_at(
    batch: list[Group], *, store: Store, classifier: Classifier
) -> list[Prediction | Failed]:
    """What the classifier says of each picture, or why it cannot be looked at.

    Where a batch fails as one, its pictures are looked at one by one.
    """
    try:
        return _look_at_once(batch, store=store, classifier=classifier)
    except Exception as error:  # whatever it is, it is named for the pictures that it concerns
        if len(batch) == 1:
            return [Failed.of(batch[0], error)]
        return [
            said for same in batch for said in _look_at([same], store=store, classifier=classifier)
        ]


def _look_at_once(
    batch: list[Group], *, store: Store, classifier: Classifier
) -> list[Prediction | Failed]:
    start, waited = perf_counter(), waited_seconds()
    said: list[Failed | None] = []
    images = []
    for same in batch:
        try:
            images.append(decode(_intact(store, same[0]), name=same[0].where).pixels)
            said.append(None)
        except SrlabError as error:
            said.append(Failed.of(same, error))
    logits = iter(classifier.logits(classifier.prepare(images)) if images else ())
    spent = perf_counter() - start - (waited_seconds() - waited)
    seconds = spent / max(1, len(images))
    return [one or read_logits(next(logits), classifier.labels, seconds=seconds) for one in said]


def _intact(store: Store, look: Look) -> bytes:
    """The picture's file, if it is what was scored."""
    content = store.pictures.read(look.image)
    if bytes_digest(content) != look.content:
        raise ImageUnreadableError(
            f"the stored picture of {look.where} is not what was scored; `srlab store check` "
            "names what is damaged, `srlab classify` again makes it anew"
        )
    return content


_VALUES = ("margin", "top", "probabilities", "seconds")
_KNOWN = f"""
SELECT key, {", ".join(_VALUES)} FROM every_predictions
WHERE key IN (SELECT unnest(?::BLOB[]))
"""
