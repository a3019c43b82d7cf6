"""From what a person writes after `-b` to samples: a known name, or `[NAME=]FOLDER`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srlab.data.catalog import BENCHMARKS, BenchmarkInfo, Kind
from srlab.data.degradation import DEFAULT, DEGRADATIONS, GIVEN
from srlab.data.download import fetch_set
from srlab.data.embedded import embedded_images
from srlab.data.layouts import Images, ImageSet, Pairing, natural, read_folder, set_title
from srlab.data.sample import Sample
from srlab.errors import BenchmarkError, UnknownNameError, UsageError
from srlab.image.scales import SCALES
from srlab.registry import unknown_name

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class MissingPartner:
    """An hr without its lr, or an lr without its hr."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Samples:
    """The samples of one benchmark at one scale, by name, and what could not be paired."""

    samples: tuple[Sample, ...]
    missing: tuple[MissingPartner, ...]


@dataclass(frozen=True, kw_only=True)
class BenchmarkSource:
    """A benchmark that can be read: a person's folder, or a known set."""

    name: str
    title: str
    origin: Path | BenchmarkInfo

    def scales(self) -> tuple[int, ...] | None:
        """The scales that a folder restricts itself to; None where any can be made from hr."""
        return read_folder(self.origin).scales if isinstance(self.origin, Path) else None

    def samples(
        self, scale: int, *, degradation: str | None = None, limit: int | None = None
    ) -> Samples:
        """The first `limit` samples at `scale`, in natural order of their names.

        Without a `degradation`, the lr that the set brings for this scale, else MATLAB's bicubic
        of hr; a named one makes lr anew. Raises UsageError for a scale that is not served,
        BenchmarkError for a folder that holds no set, OfflineError and DownloadError.
        """
        _check_request(scale, degradation, limit)
        pairing = self._pairing(scale, degradation)
        hr, lr, made_by = pairing.hr, pairing.lr, GIVEN
        if lr is None:
            lr, made_by = dict.fromkeys(hr), degradation or DEFAULT
        samples = tuple(
            Sample(
                benchmark=self.name,
                name=name,
                scale=scale,
                hr_source=hr[name],
                lr_source=lr[name],
                degradation=made_by,
            )
            for name in sorted(hr.keys() & lr.keys(), key=natural)[:limit]
        )
        return Samples(samples=samples, missing=_unpaired(hr, lr, scale))

    def _pairing(self, scale: int, degradation: str | None) -> Pairing:
        """The images of `scale`, without lr where a named degradation makes it anew."""
        remade = degradation not in (None, GIVEN)
        images = self._images(None if remade else scale)
        pairing = images.at(scale)
        if pairing is None:
            raise UsageError(
                f"{self.name} holds {_listed(images.scales or ())} and not x{scale}; ask for one "
                "of those, or name a folder of hr images"
            )
        if pairing.lr is None and degradation == GIVEN:
            raise BenchmarkError(
                f"{self.name} brings no lr for x{scale}; leave the degradation out, or name one "
                f"of {', '.join(DEGRADATIONS.names())}"
            )
        return replace(pairing, lr=None) if remade else pairing

    def _images(self, lr_scale: int | None) -> ImageSet:
        """What there is; from the hub only hr, and the lr of `lr_scale`."""
        if isinstance(self.origin, Path):
            return read_folder(self.origin)
        if self.origin.kind is Kind.EMBEDDED:
            return ImageSet(pairings={}, hr=embedded_images())
        comes_along = lr_scale in self.origin.scales
        return read_folder(fetch_set(self.origin, lr_scale=lr_scale if comes_along else None))


def parse_benchmark(spec: str) -> BenchmarkSource:
    """What `spec` names: a known set, or `[NAME=]FOLDER`; nothing is read or downloaded yet.

    Raises UnknownNameError for a bare word that is neither a known set nor a folder, UsageError
    for a folder that is not there or a name that does not fit, BenchmarkError for a set that only
    a person can bring.
    """
    given, equals, rest = spec.partition("=")
    if not equals or "/" in given:
        return _parse_place(spec, name=None)
    if not _NAME.fullmatch(given):
        raise UsageError(
            f"{given!r} is no name for a benchmark; expected up to 64 of a-z 0-9 . _ -, with a "
            "letter or digit first (a folder with = in its name is written ./FOLDER)"
        )
    return _parse_place(rest, name=given)


def _parse_place(place: str, name: str | None) -> BenchmarkSource:
    if place in BENCHMARKS:
        info = BENCHMARKS[place]
        if info.kind is Kind.OWN:
            raise BenchmarkError(
                f"{info.title} cannot be downloaded ({info.licence}); with the images in a "
                f"folder, write {info.name}=FOLDER"
            )
        return BenchmarkSource(name=name or info.name, title=info.title, origin=info)
    folder = Path(os.path.expanduser(place))  # noqa: PTH111 (Path's own dies of an unknown ~user)
    if not place or not folder.is_dir():
        raise _no_folder(place, folder)
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()
    title = set_title(folder)
    return BenchmarkSource(name=name or _default_name(title, folder), title=title, origin=folder)


def _no_folder(place: str, folder: Path) -> UsageError:
    if folder.exists() and place:
        return UsageError(f"{place} is a file; a benchmark is a folder of images: name the folder")
    if not place or "/" in place or place.startswith((".", "~")):
        return UsageError(f"there is no folder {place!r}; expected a known set or [NAME=]FOLDER")
    error = unknown_name(BENCHMARKS.kind, place, BENCHMARKS.names())
    return UnknownNameError(f"{error}; a folder is written ./{place}, and there is none here")


def _default_name(title: str, folder: Path) -> str:
    """`Set5` is set5, `DIV2K_valid` is div2k-valid as in the catalog."""
    name = re.sub(r"^div2k_", "div2k-", title.lower().replace(" ", "-"))
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"the folder name {title!r} is no name for a benchmark (a-z 0-9 . _ -, at most 64); "
            f"give it one: NAME={folder}"
        )
    return name


def _check_request(scale: int, degradation: str | None, limit: int | None) -> None:
    if scale not in SCALES:
        raise UsageError(f"scale is {scale}; expected one of {_listed(SCALES)}")
    if limit is not None and limit < 1:
        raise UsageError(f"limit is {limit}; expected at least 1 sample")
    if degradation is not None and degradation != GIVEN:
        DEGRADATIONS[degradation]


def _unpaired(hr: Images, lr: Mapping[str, Path | None], scale: int) -> tuple[MissingPartner, ...]:
    return tuple(
        MissingPartner(
            name=name,
            reason=f"{hr[name]} has no x{scale} lr" if name in hr else f"{lr[name]} has no hr",
        )
        for name in sorted(hr.keys() ^ lr.keys(), key=natural)
    )


def _listed(scales: tuple[int, ...]) -> str:
    return ", ".join(f"x{scale}" for scale in scales)
