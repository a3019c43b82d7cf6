"""Which stored images a classifier has to look at: wanted minus stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from srlab.analysis.predictions import Arm
from srlab.fingerprint import digest
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE


@dataclass(frozen=True, kw_only=True)
class Look:
    """One image that is wanted classified, and the names that its prediction is kept under.

    `image` names the picture in the store, `content` is the digest of its file; None where the
    store does not know the picture. `upscaler` and `fingerprint` are empty but for the upscaled.
    """

    benchmark: str
    sample: str
    truth: str
    scale: int
    degradation: str
    arm: Arm
    upscaler: str = ""
    fingerprint: bytes = b""
    image: bytes
    content: bytes | None

    @property
    def name(self) -> tuple[str, int, str, str, str, bytes]:
        """What tells it from the other looks of one benchmark and classifier."""
        return (
            self.sample,
            self.scale,
            self.degradation,
            self.arm.value,
            self.upscaler,
            self.fingerprint,
        )

    @property
    def where(self) -> str:
        """The look's place in a few words."""
        what = self.upscaler or self.arm.value
        return f"{self.benchmark}/{self.sample} x{self.scale} {what}"

    def key(self, classifier: bytes) -> bytes:
        """What names a prediction: what the classifier sees, and the classifier."""
        return digest({"image": (self.content or b"").hex(), "classifier": classifier.hex()})


def wanted_looks(
    store: Store,
    benchmark: str,
    truths: Mapping[str, str],
    *,
    upscalers: Sequence[str],
    scales: Sequence[int],
) -> list[Look]:
    """Original, small and upscaled image of each sample in `truths`, as far as they were scored.

    Ordered sample by sample, so that a reader of a running study sees whole samples.
    """
    rows = store.rows(_SCORED, [list(upscalers), list(scales)], benchmarks=[benchmark])
    contents = dict(store.rows("SELECT image, content FROM images", tables=("images",)))
    looks: dict[tuple, Look] = {}
    for name, sample, scale, degradation, upscaler, fingerprint, hr, lr, sr in rows:
        if name != benchmark or sample not in truths:
            continue
        arms = (
            (Arm.ORIGINAL, "", b"", hr),
            (Arm.SMALL, "", b"", lr),
            (Arm.UPSCALED, upscaler, bytes(fingerprint), sr),
        )
        for arm, label, own, image in arms:
            if image is None:
                continue
            look = Look(
                benchmark=benchmark,
                sample=sample,
                truth=truths[sample],
                scale=scale,
                degradation=degradation,
                arm=arm,
                upscaler=label,
                fingerprint=own,
                image=bytes(image),
                content=contents.get(image),
            )
            looks.setdefault(look.name, look)
    order = {sample: place for place, sample in enumerate(truths)}
    return sorted(looks.values(), key=lambda look: (order[look.sample], look.scale, look.arm.value))


def absent_looks(
    store: Store, looks: Iterable[Look], benchmark: str, classifier: bytes
) -> list[Look]:
    """Those whose prediction is not stored under these names."""
    rows = store.rows(_STORED, [classifier], tables=("predictions",), benchmarks=[benchmark])
    stored = {(bytes(key), *names, bytes(last)) for key, *names, last in rows}
    return [look for look in looks if (look.key(classifier), *look.name) not in stored]


_SCORED = f"""
SELECT DISTINCT benchmark, sample, scale, degradation, upscaler, fingerprint, hr, lr, sr
FROM scores WHERE upscaler <> '{REFERENCE}'
AND upscaler IN (SELECT unnest(?)) AND scale IN (SELECT unnest(?))
ORDER BY ALL
"""

_STORED = """
SELECT key, sample, scale, degradation, arm, upscaler, fingerprint
FROM every_predictions WHERE classifier_fingerprint = ?
"""
