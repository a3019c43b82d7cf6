"""What a store holds of an evaluation, read once before planning."""

from __future__ import annotations

from collections.abc import Sequence, Set

from srlab.evaluation.plan import Stored
from srlab.store.store import Store
from srlab.supply.supply import KnownImage


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
