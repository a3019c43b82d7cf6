"""What a store holds of an evaluation, read once before planning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from srlab.evaluation.job import sr_name
from srlab.evaluation.ledger import JOIN
from srlab.evaluation.plan import Item, Stored
from srlab.store.store import Store
from srlab.supply.supply import KnownImage

_BEFORE = "the given lr is not the degraded hr"
"""Stores of 0.1.0 hold it as a note on images; it is found out from the files now."""


def read_stored(store: Store, benchmarks: Sequence[str]) -> Stored:
    """Labels of all scores of these benchmarks, and every image that is there as a file."""
    labels = store.rows(
        "SELECT key, benchmark, sample, scale, lr_kind, upscaler, protocol FROM every_scores",
        benchmarks=benchmarks,
    )
    images = store.rows("SELECT image, content FROM images", tables=("images",))
    paths = {image: store.pictures.path(image) for image in store.pictures}
    paths |= {image: store.maps.path(image) for image in store.maps}
    return Stored(
        labels={(bytes(key), *names) for key, *names in labels},
        images={
            image: KnownImage(png=paths[image], content=content)
            for image, content in images
            if image in paths
        },
    )


def known_values(store: Store, keys: Set[bytes]) -> dict[bytes, float]:
    """Values that the store has under these keys, whatever benchmark or label they carry."""
    if not keys:
        return {}
    rows = store.rows(
        "SELECT DISTINCT key, value FROM every_scores WHERE key IN (SELECT unnest(?::BLOB[]))",
        [sorted(keys)],
    )
    return {key: value for key, value in rows if key in keys}


def stored_notes(store: Store, items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """What was done to the images of `items` when they were read or made, by their names.

    Of images that were stored before it is said again: their scores are no others for that.
    """
    rows = store.rows("SELECT image, notes FROM images WHERE notes <> ''", tables=("images",))
    said = {bytes(image): notes for image, notes in rows if _BEFORE not in notes}
    if not said:
        return
    for item in items:
        if item.luma:
            continue  # its scores are of float luma; its images are there to be looked at
        sample = item.sample
        sides = (
            (item.pair.hr, sample.named("hr")),
            (item.lr_image, sample.named("lr")),
            (item.sr_image, sr_name(item)),
        )
        for image, name in sides:
            if image in said:
                yield from ((name, note) for note in said[image].split(JOIN))
