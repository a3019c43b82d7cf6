"""The tables of a store: columns, what makes two rows the same thing, and how shards are foldered.

Times are UTC microseconds. Digests are 16-byte blobs. The newest row of one identity counts, and
newest is the highest `order`, never the latest `time`: clocks are set back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SCHEMA_VERSION = 2
"""2 since rows have `order`, and scores `lr_kind`; an older srlab would drop them in `compact`."""

BLOB, TEXT, INT, REAL, TIME = "BLOB", "VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP"

_STAMPS = {"time": TIME, "order": INT}
_ORDER_BEFORE = {"order": 'epoch_us("time")'}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: `folder` under the store, DuckDB column types, identity, optional partition.

    Of a table with `current_only` the view of its name leaves out rows of an upscaler or a
    classifier whose label carries other weights by now; `every_<name>` keeps them. Columns in
    `later` are not in shards of version 1, and an SQL expression stands there; those in `sometimes`
    are in some of these shards, and else null.
    """

    name: str
    folder: str
    columns: dict[str, str]
    identity: tuple[str, ...]
    partition: str | None = None
    current_only: bool = False
    later: Mapping[str, str] = field(default_factory=lambda: _ORDER_BEFORE)
    sometimes: frozenset[str] = frozenset()

    @property
    def every(self) -> str:
        """The view that holds all rows of the table, the newest of each identity."""
        return f"every_{self.name}" if self.current_only else self.name


SCORES = Table(
    name="scores",
    folder="scores",
    columns={
        "key": BLOB,
        "benchmark": TEXT,
        "sample": TEXT,
        "scale": INT,
        "degradation": TEXT,
        "lr_kind": TEXT,
        "upscaler": TEXT,
        "fingerprint": BLOB,
        "metric": TEXT,
        "protocol": TEXT,
        "value": REAL,
        "hr": BLOB,
        "lr": BLOB,
        "sr": BLOB,
        "seconds": REAL,
        "origin": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=(
        "benchmark",
        "sample",
        "scale",
        "degradation",
        "lr_kind",
        "upscaler",
        "fingerprint",
        "metric",
        "protocol",
    ),
    partition="benchmark",
    current_only=True,
    later={**_ORDER_BEFORE, "lr_kind": "''"},
)

PREDICTIONS = Table(
    name="predictions",
    folder="predictions",
    columns={
        "key": BLOB,
        "benchmark": TEXT,
        "sample": TEXT,
        "truth": TEXT,
        "scale": INT,
        "degradation": TEXT,
        "classifier": TEXT,
        "classifier_fingerprint": BLOB,
        "arm": TEXT,
        "upscaler": TEXT,
        "fingerprint": BLOB,
        "label": TEXT,
        "probability": REAL,
        "truth_probability": REAL,
        "margin": REAL,
        "top": TEXT,
        "probabilities": BLOB,
        "seconds": REAL,
        "run": TEXT,
        **_STAMPS,
    },
    identity=(
        "benchmark",
        "sample",
        "scale",
        "degradation",
        "classifier",
        "classifier_fingerprint",
        "arm",
        "upscaler",
        "fingerprint",
    ),
    partition="benchmark",
    current_only=True,
)

FAILURES = Table(
    name="failures",
    folder="failures",
    columns={
        "benchmark": TEXT,
        "sample": TEXT,
        "scale": INT,
        "degradation": TEXT,
        "upscaler": TEXT,
        "metric": TEXT,
        "protocol": TEXT,
        "code": TEXT,
        "reason": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=("benchmark", "sample", "scale", "degradation", "upscaler", "metric", "protocol"),
    partition="benchmark",
)

RUNS = Table(
    name="runs",
    folder="runs",
    columns={
        "run": TEXT,
        "command": TEXT,
        "started": TIME,
        "finished": TIME,
        "status": TEXT,
        "planned": INT,
        "done": INT,
        "failed": INT,
        "provenance": TEXT,
        **_STAMPS,
    },
    identity=("run",),
)

UPSCALERS = Table(
    name="upscalers",
    folder="upscalers",
    columns={
        "upscaler": TEXT,
        "scale": INT,
        "fingerprint": BLOB,
        "family": TEXT,
        "facts": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=("upscaler", "scale", "fingerprint"),
)

CLASSIFIERS = Table(
    name="classifiers",
    folder="classifiers",
    columns={
        "classifier": TEXT,
        "fingerprint": BLOB,
        "labels": TEXT,
        "facts": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=("classifier", "fingerprint"),
)

EXPLANATIONS = Table(
    name="explanations",
    folder="explanations",
    columns={
        "benchmark": TEXT,
        "sample": TEXT,
        "scale": INT,
        "degradation": TEXT,
        "classifier": TEXT,
        "classifier_fingerprint": BLOB,
        "upscaler": TEXT,
        "fingerprint": BLOB,
        "method": TEXT,
        "label": TEXT,
        "limit": REAL,
        "original": BLOB,
        "upscaled": BLOB,
        "difference": BLOB,
        "run": TEXT,
        **_STAMPS,
    },
    identity=(
        "benchmark",
        "sample",
        "scale",
        "degradation",
        "classifier",
        "classifier_fingerprint",
        "upscaler",
        "fingerprint",
        "method",
    ),
    partition="benchmark",
)

IMAGES = Table(
    name="images",
    folder="index/images",
    columns={
        "image": BLOB,
        "kind": TEXT,
        "content": BLOB,
        "height": INT,
        "width": INT,
        "channels": INT,
        "bytes": INT,
        "seconds": REAL,
        "notes": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=("image",),
)

FILES = Table(
    name="files",
    folder="index/files",
    columns={
        "path": TEXT,
        "kind": TEXT,
        "size": INT,
        "mtime_ns": INT,
        "digest": BLOB,
        **_STAMPS,
        "ctime_ns": INT,
        "inode": INT,
    },
    identity=("path", "kind"),
    later={**_ORDER_BEFORE, "ctime_ns": "0", "inode": "0"},
)

HISTORY = Table(
    name="history",
    folder="history",
    columns={
        "training": TEXT,
        "recipe": BLOB,
        "epoch": INT,
        "steps": INT,
        "loss": REAL,
        "validation": TEXT,
        "protocol": TEXT,
        "psnr": REAL,
        "accuracy": REAL,
        "validation_loss": REAL,
        "rate": REAL,
        "seconds": REAL,
        "peak_bytes": INT,
        "device": TEXT,
        "run": TEXT,
        **_STAMPS,
    },
    identity=("training", "recipe", "epoch"),
    sometimes=frozenset({"accuracy", "validation_loss"}),
)

TABLES = {
    table.name: table
    for table in (
        SCORES,
        PREDICTIONS,
        FAILURES,
        RUNS,
        UPSCALERS,
        CLASSIFIERS,
        EXPLANATIONS,
        IMAGES,
        FILES,
        HISTORY,
    )
}
