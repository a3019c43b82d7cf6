"""The tables of a store: columns, what makes two rows the same thing, and how shards are foldered.

Times are UTC microseconds. Digests are 16-byte blobs. The newest row of one identity counts.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 1

BLOB, TEXT, INT, REAL, TIME = "BLOB", "VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: `folder` under the store, DuckDB column types, identity, optional partition.

    Of a table with `current_only` the view of its name leaves out rows of an upscaler or a
    classifier whose label carries other weights by now; `every_<name>` keeps them. Columns in
    `later` came after shards were written without them; such shards read as null there.
    """

    name: str
    folder: str
    columns: dict[str, str]
    identity: tuple[str, ...]
    partition: str | None = None
    current_only: bool = False
    later: frozenset[str] = frozenset()

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
        "time": TIME,
    },
    identity=(
        "benchmark",
        "sample",
        "scale",
        "degradation",
        "upscaler",
        "fingerprint",
        "metric",
        "protocol",
    ),
    partition="benchmark",
    current_only=True,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
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
        "time": TIME,
    },
    identity=("path", "kind"),
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
        "time": TIME,
    },
    identity=("training", "recipe", "epoch"),
    later=frozenset({"accuracy", "validation_loss"}),
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
