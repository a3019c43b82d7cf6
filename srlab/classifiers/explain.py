"""Maps of where in an image the evidence for a class lies. Arrays in, arrays out; no files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from srlab.classifiers.probabilities import probabilities
from srlab.errors import UsageError
from srlab.image.resize import Kernel, imresize

if TYPE_CHECKING:
    from srlab.classifiers.info import Classifier, Floats, Pixels

GREY = 128
"""The level of the window that covers a place."""
MAX_WINDOWS = 20_000
_BATCH = 32


def occlusion_map(
    classifier: Classifier, image: Pixels, *, label_index: int, window: int, stride: int
) -> Floats:
    """How much the probability of a label drops where a grey window covers the image.

    float32 (H, W), -1 to 1: at each pixel the mean drop of the windows over it (Zeiler and Fergus,
    ECCV 2014, section 4.2). Windows of `window` x `window` pixels lie `stride` apart and at the
    far edges, so that every pixel is covered. Raises UsageError for a window that does not fit,
    a stride that leaves gaps, too many windows, or a label that there is not.
    """
    height, width = image.shape[:2]
    places = _places(height, width, window, stride)
    if not 0 <= label_index < len(classifier.labels):
        raise UsageError(f"there is no label {label_index} of {len(classifier.labels)}")
    total = np.zeros((height, width))
    count = np.zeros((height, width))
    whole = _probability(classifier, [image], label_index)[0]
    for start in range(0, len(places), _BATCH):
        batch = places[start : start + _BATCH]
        covered = [_covered(image, place, window) for place in batch]
        left = _probability(classifier, covered, label_index)
        for (top, side), probability in zip(batch, left, strict=True):
            total[top : top + window, side : side + window] += whole - probability
            count[top : top + window, side : side + window] += 1
    return (total / count).astype(np.float32)


def attention_rollout(classifier: Classifier, image: Pixels) -> Floats:
    """How much of each place the class token of a vision transformer sees through all layers.

    float32 (H, W), not negative: the shares of the patches (what is missing to 1 is the class
    token's own), enlarged to the image by bilinear interpolation. Raises ClassifierError for an
    architecture that has no such token.
    """
    weights, (rows, columns) = classifier.attentions(image)
    tokens = rollout(weights)[0, -rows * columns :].reshape(rows, columns)
    shares = imresize(tokens, size=image.shape[:2], kernel=Kernel.BILINEAR)
    return shares.astype(np.float32)


def rollout(weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """Attention from the last layer's tokens (rows) to the first one's input, (tokens, tokens).

    Of weights (layers, heads, tokens, tokens): the mean over heads, plus the identity for the
    residual connection, rows normalised, multiplied from the first layer to the last (Abnar and
    Zuidema, ACL 2020, equation 1). Rows sum to 1.
    """
    seen = np.eye(weights.shape[-1])
    for layer in weights.astype(np.float64).mean(axis=1):
        mixed = layer + np.eye(len(layer))
        seen = mixed / mixed.sum(axis=1, keepdims=True) @ seen
    return seen


def _places(height: int, width: int, window: int, stride: int) -> list[tuple[int, int]]:
    """The upper left corners of all windows."""
    if not 1 <= window <= min(height, width) or not 1 <= stride <= window:
        raise UsageError(
            f"a window of {window} pixels every {stride} does not cover {height}x{width}; expected "
            f"a window of 1 to {min(height, width)} pixels, and a stride of 1 to the window"
        )
    places = list(product(_starts(height, window, stride), _starts(width, window, stride)))
    if len(places) > MAX_WINDOWS:
        raise UsageError(
            f"that makes {len(places)} windows; at most {MAX_WINDOWS} are tried: take a longer "
            "stride"
        )
    return places


def _starts(length: int, window: int, stride: int) -> Iterator[int]:
    yield from range(0, length - window, stride)
    yield length - window


def _covered(image: Pixels, place: tuple[int, int], window: int) -> Pixels:
    top, side = place
    covered = image.copy()
    covered[top : top + window, side : side + window] = GREY
    return covered


def _probability(classifier: Classifier, images: list[Pixels], label: int) -> NDArray[np.float64]:
    return probabilities(classifier(images))[:, label]
