"""From a request to items: samples found, files digested, outputs matched, keys made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from srlab.data.benchmark import BenchmarkSource, Samples
from srlab.data.degradation import GIVEN
from srlab.data.lr_kind import lr_kind
from srlab.data.plane import Plane
from srlab.data.sample import Sample, source_digest
from srlab.errors import (
    ImageUnreadableError,
    LeftOutError,
    PartnerMissingError,
    ProtocolError,
    ScaleNotServedError,
    SrlabError,
    UsageError,
)
from srlab.evaluation.plan import Item, wanted_scores
from srlab.evaluation.request import Request
from srlab.evaluation.trouble import Trouble
from srlab.execute.local import default_workers
from srlab.fingerprint import file_digest
from srlab.image.files import ImageSource
from srlab.metrics.catalog import Kind
from srlab.metrics.protocol import Preparation, Protocol
from srlab.store.file_index import FileIndex
from srlab.supply.keys import PairKeys, luma_key, map_key, pair_keys, sr_key
from srlab.upscale.catalog import PRECISIONS, describe, reference
from srlab.upscale.info import Family, UpscalerInfo
from srlab.upscale.outputs import match_outputs
from srlab.upscale.typed import parse_upscaler

_NAMED_FILES = 3
_READ_EACH_TIME = 256 << 20
_Kind = Literal["pixels", "luma"]


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
            for protocols in _by_preparation(request.protocols):
                wish = _Wish(benchmark=benchmark, scale=scale, protocols=protocols)
                gathering.gather_set(wish, infos)
    return gathering.result


def _by_preparation(protocols: tuple[Protocol, ...]) -> list[tuple[Protocol, ...]]:
    groups: dict[Preparation, list[Protocol]] = {}
    for protocol in protocols:
        groups.setdefault(protocol.preparation, []).append(protocol)
    return [tuple(group) for group in groups.values()]


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """A set at a scale, and the protocols that prepare its images alike."""

    benchmark: BenchmarkSource
    scale: int
    protocols: tuple[Protocol, ...]

    @property
    def luma(self) -> str | None:
        """The protocol that scores float luma; None for those that score images."""
        [first, *_] = self.protocols
        return None if first.preparation.sr_rounded else first.name


class _Gathering:
    def __init__(self, request: Request, index: FileIndex) -> None:
        self._request, self._index = request, index
        self._ambiguous: dict[tuple[str, str], str] = {}
        self._used: dict[Path, int] = {}
        self._left_out: set[tuple[str, Path]] = set()
        self.result = Gathered()

    def describe_upscalers(self, scale: int) -> list[UpscalerInfo]:
        infos = []
        for text in self._request.upscalers:
            try:
                info = describe(text, scale, digest_file=self._digest_weights)
            except ScaleNotServedError as error:
                if not set(error.scales) & set(self._request.scales):
                    raise
                self.result.warnings.append(f"{error}: left out there")
                continue
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

    def _digest_weights(self, path: Path) -> bytes:
        """The digest of a weights file: read each time, unless it is too large for that."""
        if path.stat().st_size <= _READ_EACH_TIME:
            return file_digest(path)
        return self._index.digest(path, kind="content", compute=file_digest)

    def _doubt_scale(self, info: UpscalerInfo) -> None:
        """Warn where a file's name says another scale than it is used at."""
        match = re.search(r"(?:^|[^A-Za-z0-9])[xX]([2348])(?![0-9])", Path(info.source).stem)
        if info.family is Family.NETWORK and match and int(match[1]) != info.scale:
            self.result.warnings.append(
                f"{info.name}: the file is called {Path(info.source).name} and is used at "
                f"x{info.scale}; weights of one scale do badly at another"
            )

    def gather_set(self, wish: _Wish, infos: list[UpscalerInfo]) -> None:
        found = self._find(wish)
        if found is None:
            return
        kind = self._lr_kind(found)
        samples = tuple(
            replace(sample, lr_kind=kind if sample.degradation == GIVEN else "")
            for sample in found.samples
        )
        for missing in found.missing:
            error = PartnerMissingError(missing.reason)
            self._name_trouble(wish.benchmark, wish.scale, error, sample=missing.name)
        self._name_left_out(wish, found)
        if wish.luma:
            self._gather_luma(wish, wish.luma, samples, infos)
        else:
            self._gather_images(wish, samples, infos)

    def _name_left_out(self, wish: _Wish, found: Samples) -> None:
        """Name what lies among a set's images and is not used; once, whatever the scales."""
        for left in found.left_out:
            if (wish.benchmark.name, left.place) not in self._left_out:
                self._left_out.add((wish.benchmark.name, left.place))
                error = LeftOutError(left.in_words)
                self._name_trouble(wish.benchmark, wish.scale, error, sample=left.place.name)
        warned = self.result.warnings
        warned += [line for line in found.below if line not in warned]

    def _lr_kind(self, found: Samples) -> str:
        """The kind of the lr that a set brings; files that cannot be read are named elsewhere."""
        if not found.given:
            return ""
        names = sorted(found.given)
        with ThreadPoolExecutor(default_workers()) as pool:
            digests = list(pool.map(self._digest_or_none, (found.given[name] for name in names)))
        known = {name: d for name, d in zip(names, digests, strict=True) if d is not None}
        return lr_kind({name: found.given[name] for name in names}, known)

    def _digest_or_none(self, source: ImageSource | Plane) -> bytes | None:
        try:
            return self._digest(source)
        except SrlabError:
            return None

    def _gather_images(
        self, wish: _Wish, samples: tuple[Sample, ...], infos: list[UpscalerInfo]
    ) -> None:
        outputs = {
            info.name: self._match(wish.benchmark.name, samples, info)
            for info in infos
            if info.family is Family.OUTPUTS
        }
        for sample, keys in self._with_keys(samples, "pixels"):
            for info in infos:
                ready = outputs.get(info.name, {}).get(sample.name)
                try:
                    item = self._item(sample, keys, info, ready, wish.protocols)
                except SrlabError as error:
                    trouble = Trouble.with_sample(sample, info.name, error)
                    self.result.troubles.append(trouble)
                else:
                    self.result.items.append(item)

    def _gather_luma(
        self, wish: _Wish, luma: str, samples: tuple[Sample, ...], infos: list[UpscalerInfo]
    ) -> None:
        for sample, keys in self._with_keys(samples, "luma"):
            for info in infos:
                sr = luma_key(keys, info)
                wanted = wanted_scores(self._request.metrics, wish.protocols, info, sr)
                item = Item(
                    sample=sample, upscaler=info, pair=keys, sr=sr, luma=luma, wanted=wanted
                )
                self.result.items.append(item)

    def _find(self, wish: _Wish) -> Samples | None:
        """The samples of a set; None, and a trouble, for one that cannot be had."""
        request, benchmark, scale = self._request, wish.benchmark, wish.scale
        try:
            if wish.luma:
                return benchmark.luma_samples(scale, limit=request.limit)
            return benchmark.samples(scale, degradation=request.degradation, limit=request.limit)
        except UsageError:
            raise
        except ProtocolError as error:
            for protocol in wish.protocols:
                self._name_trouble(benchmark, scale, error, protocol=protocol.name)
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
        protocol: str | None = None,
    ) -> None:
        self.result.troubles.append(
            Trouble(
                benchmark=benchmark.name,
                sample=sample,
                scale=scale,
                degradation=self._request.degradation,
                upscaler=upscaler,
                protocol=protocol,
                code=error.code,
                reason=str(error),
            )
        )

    def _item(
        self,
        sample: Sample,
        keys: PairKeys,
        info: UpscalerInfo,
        ready: Path | None,
        protocols: tuple[Protocol, ...],
    ) -> Item:
        if info.family is Family.OUTPUTS and (
            reason := self._ambiguous.get((info.name, sample.name))
        ):
            raise PartnerMissingError(reason)
        if info.family is Family.OUTPUTS and ready is None:
            raise PartnerMissingError(
                f"{info.source} holds no image for {sample.name}; expected {sample.name}.png (or "
                "with a suffix such as _EDSR)"
            )
        pixels = self._digest(ready) if ready else None
        sr = sr_key(keys, info, ready_pixels=pixels)
        wanted = wanted_scores(self._request.metrics, protocols, info, sr)
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
        matches = match_outputs(
            Path(info.source), names, benchmark=benchmark, scale=info.scale, label=info.name
        )
        for name, paths in matches.ambiguous.items():
            several = ", ".join(path.name for path in paths[:_NAMED_FILES])
            self._ambiguous[info.name, name] = (
                f"{info.source} holds several images for {name} ({several}), and none is named "
                f"{name}{paths[0].suffix} or as the label {info.name}; write LABEL=outputs:FOLDER "
                "with the word in the files' names, or keep each program's images in a folder"
            )
        self._doubt_files(info, matches.files.values())
        if left := matches.unmatched_files:
            shown = ", ".join(path.name for path in left[:_NAMED_FILES])
            more = f" and {len(left) - _NAMED_FILES} more" if len(left) > _NAMED_FILES else ""
            self.result.warnings.append(
                f"{info.name}: {len(left)} of the images in {info.source} belong to no sample of "
                f"{benchmark}: {shown}{more}"
            )
        return matches.files

    def _doubt_files(self, info: UpscalerInfo, files: Iterable[Path]) -> None:
        """Warn where a file serves at two scales: x2 and x4 outputs are of one size."""
        twice = [path for path in files if self._used.setdefault(path, info.scale) != info.scale]
        if twice:
            self.result.warnings.append(
                f"{info.name}: {len(twice)} images of {info.source} are scored at "
                f"x{self._used[twice[0]]} and at x{info.scale} ({twice[0].name}); outputs of one "
                "scale say nothing of another: keep them in X2/, X4/ …, or name one scale"
            )

    def _with_keys(
        self, samples: tuple[Sample, ...], kind: _Kind
    ) -> Iterator[tuple[Sample, PairKeys]]:
        """Samples with the names of their images; files are digested side by side."""
        find_keys = partial(self._keys, kind=kind)
        with ThreadPoolExecutor(default_workers()) as pool:
            for sample, keys in zip(samples, pool.map(find_keys, samples), strict=True):
                if isinstance(keys, PairKeys):
                    yield sample, keys
                else:
                    self.result.troubles.append(Trouble.with_sample(sample, None, keys))

    def _keys(self, sample: Sample, kind: _Kind) -> PairKeys | SrlabError:
        try:
            return pair_keys(
                hr_pixels=self._digest(sample.hr_source, kind),
                lr_pixels=self._digest(sample.lr_source, kind) if sample.lr_source else None,
                degradation=sample.degradation,
                scale=sample.scale,
            )
        except SrlabError as error:
            return error

    def _digest(self, source: ImageSource | Plane, kind: _Kind = "pixels") -> bytes:
        """The digest of an image's pixels; of a plane's, or of its levels before rounding."""
        if isinstance(source, bytes):
            return source_digest(source)
        try:
            if not isinstance(source, Plane):
                return self._index.digest(source, "pixels", source_digest)
            compute = source.digest if kind == "luma" else source.rounded_digest
            return self._index.digest(source.path, f"{kind} {source.place}", lambda _: compute())
        except OSError as error:
            raise ImageUnreadableError(f"{source} cannot be read: {error.strerror}") from error
