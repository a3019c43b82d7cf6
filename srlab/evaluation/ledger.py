"""Turns what happened in an evaluation into rows of the store's tables."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from srlab.evaluation.job import NewImage
from srlab.evaluation.plan import Item, Wanted
from srlab.evaluation.trouble import Trouble
from srlab.fingerprint import canonical_json
from srlab.store.buffer import RowBuffer
from srlab.store.shards import now
from srlab.upscale.info import UpscalerInfo

COMPUTED = "computed"
JOIN = "; "
"""What stands between several notes on an image."""
_PACKAGES = ("numpy", "numba", "pillow", "torch", "lpips", "transformers", "duckdb", "pyarrow")


class Ledger:
    """Rows of one run on their way into the store."""

    def __init__(self, buffer: RowBuffer, run: str) -> None:
        self._buffer, self._run = buffer, run
        self._started: dict[str, object] = {}
        self._expected: dict[tuple[str, int, bytes], UpscalerInfo] = {}

    def start_run(self, command: str, executor: str, workers: int, planned: int) -> None:
        """A run began: what was asked, and on what it runs."""
        provenance = {
            "srlab": version("srlab"),
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            "executor": executor,
            "workers": workers,
            "packages": _versions(),
        }
        self._started = {
            "command": command,
            "started": now(),
            "planned": planned,
            "provenance": canonical_json(provenance),
        }
        self._add("runs", {**self._started, "status": "running"})

    def finish_run(self, status: str, done: int, failed: int) -> None:
        """The run ended: "done", "incomplete" or "interrupted"."""
        ended = {"finished": now(), "status": status, "done": done, "failed": failed}
        self._add("runs", {**self._started, **ended})

    def keep_upscalers(self, upscalers: Iterable[UpscalerInfo]) -> None:
        """What each upscaler is; the newest of a label is the one whose scores count."""
        for info in upscalers:
            self._add(
                "upscalers",
                {
                    "upscaler": info.name,
                    "scale": info.scale,
                    "fingerprint": info.fingerprint,
                    "family": info.family.value,
                    "facts": info.facts_json(),
                },
            )

    def expect_upscalers(self, upscalers: Iterable[UpscalerInfo]) -> None:
        """Keep what each upscaler is as soon as a score of it is kept, and not before.

        Else a run that computes nothing would hide the scores of what carried the label till now.
        """
        for info in upscalers:
            self._expected[info.name, info.scale, info.fingerprint] = info

    def keep_score(
        self,
        item: Item,
        wanted: Wanted,
        value: float,
        *,
        seconds: float | None = None,
        origin: str = COMPUTED,
    ) -> None:
        """One value."""
        info = item.upscaler
        if expected := self._expected.pop((info.name, info.scale, info.fingerprint), None):
            self.keep_upscalers([expected])
        self._add(
            "scores",
            {
                "key": wanted.key,
                "benchmark": item.sample.benchmark,
                "sample": item.sample.name,
                "scale": item.sample.scale,
                "degradation": item.sample.degradation,
                "lr_kind": item.sample.lr_kind,
                "upscaler": item.upscaler.name,
                "fingerprint": item.upscaler.fingerprint,
                "metric": wanted.metric.name,
                "protocol": wanted.protocol.name,
                "value": value,
                "hr": item.pair.hr,
                "lr": item.lr_image,
                "sr": item.sr_image,
                "seconds": seconds,
                "origin": origin,
            },
        )

    def keep_image(self, image: NewImage) -> None:
        """What a PNG of the store is; the file itself is written by the caller."""
        self._add(
            "images",
            {
                "image": image.image,
                "kind": image.kind,
                "content": image.content,
                "height": image.shape[0],
                "width": image.shape[1],
                "channels": 1 if len(image.shape) == 2 else image.shape[2],
                "bytes": len(image.png),
                "seconds": image.seconds,
                "notes": JOIN.join(image.notes) or None,
            },
        )

    def keep_trouble(self, trouble: Trouble) -> None:
        """What could not be had, and why."""
        self._add(
            "failures",
            {
                "benchmark": trouble.benchmark,
                "sample": trouble.sample,
                "scale": trouble.scale,
                "degradation": trouble.degradation,
                "upscaler": trouble.upscaler,
                "metric": trouble.metric,
                "protocol": trouble.protocol,
                "code": trouble.code,
                "reason": trouble.reason,
            },
        )

    def _add(self, table: str, row: dict[str, object]) -> None:
        self._buffer.add(table, [{**row, "run": self._run, "time": now()}])


@cache
def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found
