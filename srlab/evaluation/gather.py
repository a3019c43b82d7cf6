"""From a request to items: samples found, files digested, outputs matched, keys made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from srlab.data.benchmark import BenchmarkSource, Samples
from srlab.data.sample import Sample, source_digest
from srlab.errors import ImageUnreadableError, PartnerMissingError, SrlabError, UsageError
from srlab.evaluation.plan import Item, wanted_scores
from srlab.evaluation.request import Request
from srlab.execute.local import default_workers
from srlab.fingerprint import file_digest
from srlab.image.files import ImageSource
from srlab.metrics.catalog import Kind
from srlab.store.file_index import FileIndex
from srlab.supply.keys import PairKeys, map_key, pair_keys, sr_key
from srlab.upscale.catalog import PRECISIONS, describe, reference
from srlab.upscale.info import Family, UpscalerInfo
from srlab.upscale.outputs import match_outputs
from srlab.upscale.typed import parse_upscaler

_NAMED_FILES = 3


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something wanted that cannot be had; absent parts mean "all of them"."""

    benchmark: str
    sample: str | None
    scale: int
    degradation: str | None
    upscaler: str | None = None
    metric: str | None = None
    protocol: str | None = None
    code: str
    reason: str

    @classmethod
    def with_sample(cls, sample: Sample, upscaler: str | None, error: SrlabError) -> Trouble:
        """The trouble that `error` is for this sample."""
        return cls(
            benchmark=sample.benchmark,
            sample=sample.name,
            scale=sample.scale,
            degradation=sample.degradation,
            upscaler=upscaler,
            code=error.code,
            reason=str(error),
        )

    @property
    def where(self) -> str:
        """The trouble's place in a few words."""
        parts = [f"{self.benchmark}/{self.sample or '*'} x{self.scale}", self.upscaler, self.metric]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Items in the order sample by sample, and what went wrong on the way."""

    items: list[Item] = field(default_factory=list)
    upscalers: list[UpscalerInfo] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def gather(request: Request, index: FileIndex) -> Gathered:
    """All items of a request. Raises UsageError for a benchmark or upscaler that is none."""
    gathering = _Gathering(request, index)
    for scale in request.scales:
        infos = gathering.describe_upscalers(scale)
        for benchmark in request.benchmarks:
            gathering.gather_set(benchmark, scale, infos)
    return gathering.result


class _Gathering:
    def __init__(self, request: Request, index: FileIndex) -> None:
        self._request, self._index = request, index
        self.result = Gathered()

    def describe_upscalers(self, scale: int) -> list[UpscalerInfo]:
        digest_weights = partial(self._index.digest, kind="content", compute=file_digest)
        infos = []
        for text in self._request.upscalers:
            try:
                info = describe(text, scale, digest_file=digest_weights)
            except UsageError:
                raise
            except SrlabError as error:
                label = parse_upscaler(text).label
                for benchmark in self._request.benchmarks:
                    self._name_trouble(benchmark, scale, error, upscaler=label)
                continue
            self._doubt_scale(info)
            if info.family is Family.NETWORK:
                info = replace(
                    info,
                    tile=self._request.tile,
                    dtype=PRECISIONS[self._request.precision],
                    device=self._request.device,
                )
            infos.append(info)
        if any(metric.kind is Kind.IMAGE for metric in self._request.metrics):
            infos.append(reference(scale))
        self.result.upscalers.extend(infos)
        return infos

    def _doubt_scale(self, info: UpscalerInfo) -> None:
        """Warn where a file's name says another scale than it is used at."""
        match = re.search(r"(?:^|[^A-Za-z0-9])[xX]([2348])(?![0-9])", Path(info.source).stem)
        if info.family is Family.NETWORK and match and int(match[1]) != info.scale:
            self.result.warnings.append(
                f"{info.name}: the file is called {Path(info.source).name} and is used at "
                f"x{info.scale}; weights of one scale do badly at another"
            )

    def gather_set(self, benchmark: BenchmarkSource, scale: int, infos: list[UpscalerInfo]) -> None:
        found = self._find(benchmark, scale)
        if found is None:
            return
        for missing in found.missing:
            error = PartnerMissingError(missing.reason)
            self._name_trouble(benchmark, scale, error, sample=missing.name)
        outputs = {
            info.name: self._match(benchmark.name, found.samples, info)
            for info in infos
            if info.family is Family.OUTPUTS
        }
        for sample, keys in self._with_keys(found.samples):
            for info in infos:
                ready = outputs.get(info.name, {}).get(sample.name)
                try:
                    item = self._item(sample, keys, info, ready)
                except SrlabError as error:
                    trouble = Trouble.with_sample(sample, info.name, error)
                    self.result.troubles.append(trouble)
                else:
                    self.result.items.append(item)

    def _find(self, benchmark: BenchmarkSource, scale: int) -> Samples | None:
        """The samples of a set; None, and a trouble, for one that cannot be had."""
        request = self._request
        try:
            return benchmark.samples(scale, degradation=request.degradation, limit=request.limit)
        except UsageError:
            raise
        except SrlabError as error:
            self._name_trouble(benchmark, scale, error)
            return None

    def _name_trouble(
        self,
        benchmark: BenchmarkSource,
        scale: int,
        error: SrlabError,
        *,
        sample: str | None = None,
        upscaler: str | None = None,
    ) -> None:
        self.result.troubles.append(
            Trouble(
                benchmark=benchmark.name,
                sample=sample,
                scale=scale,
                degradation=self._request.degradation,
                upscaler=upscaler,
                code=error.code,
                reason=str(error),
            )
        )

    def _item(self, sample: Sample, keys: PairKeys, info: UpscalerInfo, ready: Path | None) -> Item:
        if info.family is Family.OUTPUTS and ready is None:
            raise PartnerMissingError(
                f"{info.source} holds no image for {sample.name}; expected {sample.name}.png (or "
                "with a suffix such as _EDSR)"
            )
        pixels = self._digest(ready) if ready else None
        sr = sr_key(keys, info, ready_pixels=pixels)
        wanted = wanted_scores(self._request.metrics, self._request.protocols, info, sr)
        wants_map = self._request.maps and info.family is not Family.REFERENCE
        return Item(
            sample=sample,
            upscaler=info,
            pair=keys,
            sr=sr,
            ready=ready,
            map=map_key(keys, sr) if wants_map else None,
            wanted=wanted,
        )

    def _match(
        self, benchmark: str, samples: tuple[Sample, ...], info: UpscalerInfo
    ) -> dict[str, Path]:
        names = [sample.name for sample in samples]
        matches = match_outputs(Path(info.source), names, benchmark=benchmark, scale=info.scale)
        if left := matches.unmatched_files:
            shown = ", ".join(path.name for path in left[:_NAMED_FILES])
            more = f" and {len(left) - _NAMED_FILES} more" if len(left) > _NAMED_FILES else ""
            self.result.warnings.append(
                f"{info.name}: {len(left)} of the images in {info.source} belong to no sample of "
                f"{benchmark}: {shown}{more}"
            )
        return matches.files

    def _with_keys(self, samples: tuple[Sample, ...]) -> Iterator[tuple[Sample, PairKeys]]:
        """Samples with the names of their images; files are digested side by side."""
        with ThreadPoolExecutor(default_workers()) as pool:
            for sample, keys in zip(samples, pool.map(self._keys, samples), strict=True):
                if isinstance(keys, PairKeys):
                    yield sample, keys
                else:
                    self.result.troubles.append(Trouble.with_sample(sample, None, keys))

    def _keys(self, sample: Sample) -> PairKeys | SrlabError:
        try:
            return pair_keys(
                hr_pixels=self._digest(sample.hr_source),
                lr_pixels=self._digest(sample.lr_source) if sample.lr_source else None,
                degradation=sample.degradation,
                scale=sample.scale,
            )
        except SrlabError as error:
            return error

    def _digest(self, source: ImageSource) -> bytes:
        if isinstance(source, bytes):
            return source_digest(source)
        try:
            return self._index.digest(source, "pixels", source_digest)
        except OSError as error:
            raise ImageUnreadableError(f"{source} cannot be read: {error.strerror}") from error
