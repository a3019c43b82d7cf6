"""One pair under every protocol and metric; `python -m tests.metrics.golden` writes golden.csv."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srlab.data.embedded import embedded_images
from srlab.image.crop import mod_crop
from srlab.image.files import read_image
from srlab.image.resize import downscale, upscale
from srlab.metrics.catalog import METRICS
from srlab.metrics.protocol import PROTOCOLS
from srlab.metrics.score import score

FILE = Path(__file__).with_name("golden.csv")
SCALE = 3
PICTURES = ("chelsea", "camera")


def pair(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(sr, hr): a colour or grey picture of scikit-image's wheel, x3 down and up by bicubic."""
    hr = mod_crop(read_image(embedded_images()[name])[:150, :180], SCALE)
    return upscale(downscale(hr, SCALE), SCALE), hr


def protocols() -> list[str]:
    """Every protocol that scores images of 8 bits."""
    return [protocol.name for protocol in PROTOCOLS if protocol.preparation.sr_rounded]


def metrics() -> list[str]:
    """Every metric that needs no learned weights."""
    return [metric.name for metric in METRICS if metric.backbone is None]


def rows() -> list[tuple[str, str, str, float]]:
    """(picture, metric, protocol, value) of everything."""
    return [
        (name, *row)
        for name in PICTURES
        for row in score(
            *pair(name), scale=SCALE, metrics=metrics(), protocols=protocols()
        ).itertuples(index=False)
    ]


if __name__ == "__main__":
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["picture", "metric", "protocol", "value"])
        writer.writerows(rows())
