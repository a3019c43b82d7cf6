"""The tables of a store: columns, what makes two rows the same thing, and how shards are foldered.

Times are UTC microseconds. Digests are 16-byte blobs. The newest row of one identity counts.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 1

BLOB, TEXT, INT, REAL, TIME = "BLOB", "VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: `folder` under the store, DuckDB column types, identity, optional partition."""

    name: str
    folder: str
    columns: dict[str, str]
    identity: tuple[str, ...]
    partition: str | None = None


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
        "rate": REAL,
        "seconds": REAL,
        "peak_bytes": INT,
        "device": TEXT,
        "run": TEXT,
        "time": TIME,
    },
    identity=("training", "recipe", "epoch"),
)

TABLES = {
    table.name: table for table in (SCORES, FAILURES, RUNS, UPSCALERS, IMAGES, FILES, HISTORY)
}
