"""What is to be done: wanted minus stored. Pure: no file is read or written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace

from srlab.data.sample import Sample
from srlab.evaluation.request import Policy
from srlab.fingerprint import digest
from srlab.image.files import ImageSource
from srlab.metrics.catalog import Kind, MetricInfo, score_facts
from srlab.metrics.protocol import Protocol
from srlab.supply.keys import PairKeys
from srlab.supply.supply import KnownImage
from srlab.upscale.info import Family, UpscalerInfo

Label = tuple[bytes, str, str, int, str, str, str]
"""Key, benchmark, sample, scale, kind of lr, upscaler, protocol: a score and its names."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One score that is wanted: metric, protocol, and its key."""

    metric: MetricInfo
    protocol: Protocol
    key: bytes


@dataclass(frozen=True, kw_only=True)
class Item:
    """One sample with one upscaler, and all scores wanted of one sr.

    `luma` names the protocol that scores float luma: its sr is no image and is not kept.
    """

    sample: Sample
    upscaler: UpscalerInfo
    pair: PairKeys
    sr: bytes
    luma: str | None = None
    ready: ImageSource | None = field(default=None, repr=False)
    map: bytes | None = None
    wanted: tuple[Wanted, ...]

    def label(self, wanted: Wanted) -> Label:
        """What tells whether this score is stored under these names."""
        sample = self.sample
        return (
            wanted.key,
            sample.benchmark,
            sample.name,
            sample.scale,
            sample.lr_kind,
            self.upscaler.name,
            wanted.protocol.name,
        )

    @property
    def images(self) -> tuple[bytes, ...]:
        """The images that the store should hold for this item."""
        images = (self.pair.hr, self.lr_image, self.sr_image, self.map)
        return tuple(image for image in images if image is not None)

    @property
    def lr_image(self) -> bytes | None:
        """The name of the lr image; None where the sample has only its enlargement."""
        return None if self.sample.enlarged else self.pair.lr

    @property
    def sr_image(self) -> bytes | None:
        """The name of the sr image; None for float luma."""
        return None if self.luma else self.sr


@dataclass(frozen=True, kw_only=True)
class Job:
    """The work on one item: scores to compute, images to keep, the stored sr where there is one."""

    item: Item
    wanted: tuple[Wanted, ...]
    keep: frozenset[bytes]
    known: KnownImage | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the store holds: labels of scores, and images that are there as files."""

    labels: Set[Label] = frozenset()
    images: Mapping[bytes, KnownImage] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`present` rows need nothing; `absent` rows are to be taken over or computed."""

    present: int
    absent: tuple[Item, ...]


def wanted_scores(
    metrics: Iterable[MetricInfo], protocols: Iterable[Protocol], upscaler: UpscalerInfo, sr: bytes
) -> tuple[Wanted, ...]:
    """The scores wanted of one sr image; of the reference only those that look at one image."""
    alone = upscaler.family is Family.REFERENCE
    protocols = tuple(protocols)
    return tuple(
        Wanted(metric=metric, protocol=protocol, key=score_key(sr, metric, protocol, upscaler))
        for metric in metrics
        for protocol in protocols
        if not alone or metric.kind is Kind.IMAGE
    )


def score_key(sr: bytes, metric: MetricInfo, protocol: Protocol, upscaler: UpscalerInfo) -> bytes:
    """What a value depends on: the sr (whose name is made of its hr's), and the measure's parts."""
    return digest({"sr": sr.hex(), **score_facts(metric, protocol, upscaler.scale)})


def make_plan(items: Iterable[Item], stored: Stored, policy: Policy) -> Plan:
    """Items reduced to what is not stored (all of it under `again`), stored rows counted."""
    present = 0
    absent = []
    for item in items:
        missing = tuple(
            wanted
            for wanted in item.wanted
            if policy is Policy.AGAIN or item.label(wanted) not in stored.labels
        )
        present += len(item.wanted) - len(missing)
        images_gone = any(image not in stored.images for image in item.images)
        if missing or (images_gone and item.wanted):
            absent.append(replace(item, wanted=missing))
    return Plan(present=present, absent=tuple(absent))


def make_jobs(items: Iterable[Item], stored: Stored, policy: Policy) -> list[Job]:
    """One job per item; each image is kept by the first job that has it."""
    claimed: set[bytes] = set()
    jobs = []
    for item in items:
        fresh = policy is Policy.AGAIN
        keep = frozenset(
            image
            for image in item.images
            if image not in claimed and (fresh or image not in stored.images)
        )
        claimed |= keep
        if item.wanted or keep:
            known = None if fresh else stored.images.get(item.sr)
            jobs.append(Job(item=item, wanted=item.wanted, keep=keep, known=known))
    return jobs
