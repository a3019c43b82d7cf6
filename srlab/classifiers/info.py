"""One small description that answers every question about a classifier, and what its call does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from srlab.fingerprint import canonical_json, digest
from srlab.registry import load_object

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float32]


class Classifier(Protocol):
    """A loaded classifier: images in, one logit per class out.

    Images are uint8 (H, W) or (H, W, 3) of any sizes. Logits do not depend on which images come
    together, beyond the last digits. May be used from several threads at once.
    """

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes as the classifier writes them, in the order of the logits."""
        ...

    def __call__(self, images: Sequence[Pixels]) -> Floats:
        """Logits, float32 (N, classes); the same as `logits(prepare(images))`, in batches."""
        ...

    def prepare(self, images: Sequence[Pixels]) -> Any:
        """What `logits` takes: images resized and normalised; can be done beside a forward."""
        ...

    def logits(self, prepared: Any) -> Floats:
        """Logits of one batch, float32 (N, classes)."""
        ...

    def attentions(self, image: Pixels) -> tuple[Floats, tuple[int, int]]:
        """Attention weights, float32 (layers, heads, tokens, tokens), and the grid of patches.

        The grid is (rows, columns); its tokens come last, the class token first. Raises
        ClassifierError for an architecture that does not judge by a class token's attention.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class ClassifierInfo:
    """A classifier that can be loaded.

    `identity` holds what changes a prediction: digests of weights and config, the processor's
    settings and backend, the version of the code. `source` is the folder that it is loaded from.
    """

    name: str
    source: str
    identity: dict[str, Any]
    labels: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> bytes:
        """16 bytes that stand for what this classifier says of pixels; never for its name."""
        return digest(self.identity)

    def load(self, device: str = "auto") -> Classifier:
        """The call, made anew each time; keep it.

        Raises a CheckpointError or ClassifierError for files that cannot be used or have changed,
        UsageError for a device that is not there.
        """
        return load_object("srlab.classifiers.network:load_network")(self, device)

    def facts_json(self) -> str:
        """Source, identity and facts as JSON, for the store and for tables."""
        return canonical_json({"source": self.source, **self.identity, **self.facts})
