"""From what a person writes after `-b` to samples: a known name, `[NAME=]FOLDER` or `….h5`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from srlab.data.catalog import BENCHMARKS, BenchmarkInfo, Kind
from srlab.data.degradation import DEFAULT, DEGRADATIONS, GIVEN, SRCNN_PYTORCH
from srlab.data.download import fetch_set
from srlab.data.embedded import embedded_images
from srlab.data.folders import natural
from srlab.data.image_set import Images, ImageSet, Pairing
from srlab.data.layouts import read_folder, set_title
from srlab.data.left_out import LeftOut, unread
from srlab.data.lr_folders import named_lr
from srlab.data.luma_file import LUMA_SUFFIXES, read_luma_file
from srlab.data.plane import Plane
from srlab.data.sample import Sample
from srlab.errors import BenchmarkError, ProtocolError, UnknownNameError, UsageError
from srlab.image.files import ImageSource
from srlab.image.scales import SCALES
from srlab.places import expanded, is_file, is_folder, is_there
from srlab.registry import unknown_name

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class MissingPartner:
    """An hr without its lr, or an lr without its hr."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Samples:
    """The samples of one benchmark at one scale, by name, and what could not be paired.

    `given` is the lr that the set brings at that scale, of all its samples whatever the limit;
    `left_out` and `below` tell of what lies among the images (see ImageSet).
    """

    samples: tuple[Sample, ...]
    missing: tuple[MissingPartner, ...]
    given: Mapping[str, ImageSource | Plane] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BenchmarkSource:
    """A benchmark that can be read: a folder or evaluation file, a known set, or images at hand.

    `lr` is a folder of lr that a person named, in the place of what the set brings.
    """

    name: str
    title: str
    origin: Path | BenchmarkInfo | ImageSet
    lr: Path | None = None

    @property
    def drawn(self) -> bool:
        """Whether it is images at hand, which may be some of a larger set."""
        return isinstance(self.origin, ImageSet)

    @property
    def is_luma_file(self) -> bool:
        """Whether it is one HDF5 of float luma, not images."""
        return isinstance(self.origin, Path) and _is_luma_file(self.origin)

    def scales(self) -> tuple[int, ...] | None:
        """The scales that it restricts itself to; None where any can be made from hr."""
        if isinstance(self.origin, ImageSet):
            return self.origin.scales
        return _read(self.origin).scales if isinstance(self.origin, Path) else None

    def samples(
        self, scale: int, *, degradation: str | None = None, limit: int | None = None
    ) -> Samples:
        """The first `limit` samples at `scale`, in natural order of their names.

        Without a `degradation`, the lr that the set brings for this scale, else MATLAB's bicubic
        of hr; a named one makes lr anew. Raises UsageError for a scale that is not served,
        BenchmarkError for what holds no set, ProtocolError for an evaluation file whose lr is
        enlarged already, OfflineError and DownloadError.
        """
        found = self._samples(scale, degradation, limit)
        if any(sample.enlarged for sample in found.samples):
            raise ProtocolError(
                f"{self.name} holds lr that is enlarged already, which only the protocol "
                f"{SRCNN_PYTORCH} scores; choose that one (--protocol {SRCNN_PYTORCH}), or let lr "
                f"be made from its hr (--degradation {DEFAULT})"
            )
        return found

    def luma_samples(self, scale: int, *, limit: int | None = None) -> Samples:
        """The samples whose luma the protocol `srcnn-pytorch` scores: those of `samples` otherwise.

        An evaluation file gives it itself, native or enlarged; elsewhere hr and lr are made by the
        degradation of that name.
        """
        return self._samples(scale, GIVEN if self.is_luma_file else SRCNN_PYTORCH, limit)

    def _samples(self, scale: int, degradation: str | None, limit: int | None) -> Samples:
        _check_request(scale, degradation, limit)
        images, pairing = self._pairing(scale, degradation)
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
                enlarged=pairing.enlarged and made_by == GIVEN,
            )
            for name in sorted(hr.keys() & lr.keys(), key=natural)[:limit]
        )
        given = {name: source for name, source in (pairing.lr or {}).items() if name in hr}
        return Samples(
            samples=samples,
            missing=_unpaired(hr, lr, scale),
            given=given,
            left_out=images.left_out,
            below=images.below,
        )

    def _pairing(self, scale: int, degradation: str | None) -> tuple[ImageSet, Pairing]:
        """The set, and its images of `scale`, without lr where a named degradation makes it."""
        remade = degradation not in (None, GIVEN)
        images = self._images(None if remade else scale)
        pairing = images.at(scale)
        if pairing is None:
            raise UsageError(
                f"{self.name} holds {_listed(images.scales or ())} and not x{scale}; ask for one "
                "of those, or name a folder of hr images"
            )
        if pairing.lr is None and not remade and scale in images.refused:
            raise BenchmarkError(f"{self.name} x{scale}: {images.refused[scale]}")
        if pairing.lr is None and degradation == GIVEN:
            raise BenchmarkError(
                f"{self.name} brings no lr for x{scale}; leave the degradation out, or name one "
                f"of {', '.join(DEGRADATIONS.names())}"
            )
        return images, replace(pairing, lr=None) if remade else pairing

    def _images(self, lr_scale: int | None) -> ImageSet:
        """What there is; from the hub only hr, and the lr of `lr_scale`."""
        if self.lr is not None:
            return self._with_named_lr(self.lr)
        if isinstance(self.origin, ImageSet):
            return self.origin
        if isinstance(self.origin, Path):
            return _read(self.origin)
        if self.origin.kind is Kind.EMBEDDED:
            return ImageSet(pairings={}, hr=embedded_images())
        comes_along = lr_scale in self.origin.scales
        return read_folder(fetch_set(self.origin, lr_scale=lr_scale if comes_along else None))

    def _with_named_lr(self, folder: Path) -> ImageSet:
        plain = replace(self, lr=None)
        found = plain._images(None)
        if self.is_luma_file or found.hr is None:
            raise BenchmarkError(
                f"{self.name} brings its own lr for every scale; leave out --lr, or name its "
                "folder of hr images as the benchmark"
            )
        made = named_lr(found.hr, folder)
        lr_places = {path.parent for p in made.pairings.values() for path in _files(p.lr)}
        left = [one for place in sorted(lr_places) for one in unread(place)]
        return replace(made, left_out=(*found.left_out, *left), below=found.below)


def _files(images: Images | None) -> list[Path]:
    return [source for source in (images or {}).values() if isinstance(source, Path)]


def parse_benchmark(spec: str) -> BenchmarkSource:
    """What `spec` names: a known set, `[NAME=]FOLDER` or `[NAME=]FILE.h5`; nothing is read yet.

    Raises UnknownNameError for a bare word that is neither a known set nor a folder, UsageError
    for a place that is not there or a name that does not fit, BenchmarkError for a set that only
    a person can bring.
    """
    name, place = split_name(spec)
    return _parse_place(place, name)


def split_name(spec: str) -> tuple[str | None, str]:
    """The name before `=` in lower case, or None, and the rest; UsageError for no name."""
    given, equals, rest = spec.partition("=")
    if not equals or "/" in given:
        return None, spec
    if not _NAME.fullmatch(given.lower()):
        raise UsageError(
            f"{given!r} is no name for a benchmark; expected up to 64 of a-z 0-9 . _ -, with a "
            "letter or digit first (a folder with = in its name is written ./FOLDER)"
        )
    return given.lower(), rest


def _parse_place(place: str, name: str | None) -> BenchmarkSource:
    if place in BENCHMARKS:
        info = BENCHMARKS[place]
        if info.kind is Kind.OWN:
            raise BenchmarkError(
                f"{info.title} cannot be downloaded ({info.licence}); with the images in a "
                f"folder, write {info.name}=FOLDER"
            )
        return BenchmarkSource(name=name or info.name, title=info.title, origin=info)
    folder = expanded(place)
    if not place or not (is_folder(folder) or _is_luma_file(folder)):
        raise _no_folder(place, folder)
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()
    title = folder.stem if _is_luma_file(folder) else set_title(folder)
    return BenchmarkSource(name=name or default_name(title, folder), title=title, origin=folder)


def _no_folder(place: str, folder: Path) -> UsageError:
    if is_there(folder) and place:
        return UsageError(
            f"{place} is a file; a benchmark is a folder of images, or an evaluation file (.h5)"
        )
    if folder.suffix.lower() in LUMA_SUFFIXES:
        return UsageError(
            f"there is no file {place!r}; `srlab pack -b BENCHMARK -s SCALE -o {folder.name}` "
            "makes an evaluation file"
        )
    if not place or "/" in place or place.startswith((".", "~")):
        return UsageError(f"there is no folder {place!r}; expected a known set or [NAME=]FOLDER")
    error = unknown_name(BENCHMARKS.kind, place, BENCHMARKS.names())
    return UnknownNameError(f"{error}; a folder is written ./{place}, and there is none here")


def _is_luma_file(path: Path) -> bool:
    return path.suffix.lower() in LUMA_SUFFIXES and is_file(path)


def _read(origin: Path) -> ImageSet:
    return read_luma_file(origin) if _is_luma_file(origin) else read_folder(origin)


def default_name(title: str, folder: Path) -> str:
    """What a set without a name of its own is called: `Set5` is set5, `DIV2K_valid` div2k-valid."""
    name = re.sub(r"^div2k_", "div2k-", title.lower().replace(" ", "-"))
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"the name {title!r} is no name for a benchmark (a-z 0-9 . _ -, at most 64); "
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


def _unpaired(
    hr: Images, lr: Mapping[str, ImageSource | Plane | None], scale: int
) -> tuple[MissingPartner, ...]:
    return tuple(
        MissingPartner(
            name=name,
            reason=f"{hr[name]} has no x{scale} lr" if name in hr else f"{lr[name]} has no hr",
        )
        for name in sorted(hr.keys() ^ lr.keys(), key=natural)
    )


def _listed(scales: tuple[int, ...]) -> str:
    return ", ".join(f"x{scale}" for scale in scales)
