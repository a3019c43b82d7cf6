"""Sets of classes on the hub, in Parquet: read through `datasets`, drawn images kept as files.

Parquet gives no quick way to single images, so those that are drawn are written beside the list of
classes once; drawing them again needs neither the network nor `datasets`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srlab.data.class_image import Choose, ClassImage, checked_name
from srlab.data.download import cache_folder
from srlab.data.folders import natural
from srlab.data.left_out import LeftOut
from srlab.errors import DownloadError
from srlab.hub import fetch_hub_file


@dataclass(frozen=True, kw_only=True)
class HubClasses:
    """One split of a dataset repository with columns `image` and `label`, at a full revision."""

    repo: str
    revision: str
    files: tuple[str, ...]

    def labels(self) -> tuple[str, ...]:
        """The classes' names, in the repository's order."""
        return tuple(self._index()["names"])

    def left_out(self) -> tuple[LeftOut, ...]:
        """Nothing."""
        return ()

    def draw(self, choose: Choose) -> tuple[ClassImage, ...]:
        """The chosen images, called `<class>/<row>`; their order before the choice is that of rows.

        Raises OfflineError or DownloadError where the shards are not to be had, DownloadError where
        they are not what they should be.
        """
        index = self._index()
        truths = [index["names"][label] for label in index["labels"]]
        rows = choose(truths)
        self._keep([row for row in rows if not self._file(row).is_file()])
        digits = len(str(len(truths) - 1))
        drawn = [
            ClassImage(
                name=f"{truths[row]}/{row:0{digits}d}", truth=truths[row], source=self._file(row)
            )
            for row in rows
        ]
        return tuple(sorted(drawn, key=lambda image: natural(image.name)))

    @property
    def _home(self) -> Path:
        return cache_folder() / "classes" / self.repo.replace("/", "--") / self.revision

    def _file(self, row: int) -> Path:
        return self._home / f"{row:08d}"

    def _index(self) -> dict[str, Any]:
        """`names` of the classes, and the `labels` of all rows as numbers."""
        path = self._home / "classes.json"
        if path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))
        with self._records("label") as records:
            names = getattr(records.features["label"], "names", None) or []
            labels = [record["label"] for record in records]
        if not names or not set(labels) <= set(range(len(names))):
            raise DownloadError(f"{self.repo} has labels without names; expected ClassLabel")
        index = {"names": [checked_name(name, self.repo) for name in names], "labels": labels}
        _write(path, json.dumps(index).encode())
        return index

    def _keep(self, rows: Sequence[int]) -> None:
        """Write the files of `rows`, in one pass over the shards."""
        if not rows:
            return
        from datasets import Image

        wanted = set(rows)
        with self._records("image") as records:
            for row, record in enumerate(records.cast_column("image", Image(decode=False))):
                if row in wanted:
                    _write(self._file(row), record["image"]["bytes"])

    @contextmanager
    def _records(self, column: str) -> Iterator[Any]:
        """The records of all shards, one after another, with one column."""
        shards = [
            str(fetch_hub_file(self.repo, file, revision=self.revision, repo_type="dataset").path)
            for file in self.files
        ]
        from datasets import load_dataset

        try:
            yield load_dataset(
                "parquet", data_files=shards, columns=[column], split="train", streaming=True
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise DownloadError(
                f"{self.repo} at {self.revision[:7]} is not the Parquet of images and labels that "
                f"it should be ({type(error).__name__}: {reason})"
            ) from error


def shards(split: str, count: int) -> tuple[str, ...]:
    """The files of a split, as the hub names them."""
    return tuple(f"data/{split}-{number:05d}-of-{count:05d}.parquet" for number in range(count))


def _write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
