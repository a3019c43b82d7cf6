"""From what a person writes after `--images` to images of known class, drawn the same every time.

`parse_images` knows `food101`, `materials`, and any folder of class folders.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from srlab.data.benchmark import BenchmarkSource, default_name, split_name
from srlab.data.class_folder import FolderClasses
from srlab.data.class_hub import HubClasses, shards
from srlab.data.class_image import Choose, ClassImage
from srlab.data.draw import draw_places
from srlab.data.image_set import ImageSet
from srlab.data.left_out import LeftOut
from srlab.data.materials import MATERIALS, material_patches
from srlab.errors import UsageError
from srlab.image.files import encode_png
from srlab.places import expanded, is_folder

__all__ = ["KNOWN_IMAGES", "ClassImage", "ClassSource", "drawn_benchmark", "parse_images"]


class ClassOrigin(Protocol):
    """Where the images of a set come from."""

    def labels(self) -> tuple[str, ...]:
        """The names of the classes as the set writes them."""
        ...

    def draw(self, choose: Choose) -> tuple[ClassImage, ...]:
        """Those of all images that `choose` picks."""
        ...

    def left_out(self) -> tuple[LeftOut, ...]:
        """What lies among the images and is none of them."""
        ...


@dataclass(frozen=True, kw_only=True)
class ClassSource:
    """Images of known class that can be drawn.

    `name` is what the set is called in the store, `place` says where the images come from, with
    the revision where there is one, `note` what a reader of its numbers must know.
    """

    name: str
    title: str
    place: str
    origin: ClassOrigin
    licence: str = ""
    citation: str = ""
    note: str = ""

    def labels(self) -> tuple[str, ...]:
        """The names of the classes as the set writes them. Raises as `draw` does."""
        return self.origin.labels()

    def left_out(self) -> tuple[LeftOut, ...]:
        """What lies among the images and is none of them, each with its reason."""
        return self.origin.left_out()

    def draw(
        self,
        samples: int | None = None,
        *,
        seed: int = 0,
        stratified: bool = False,
        classes: Collection[str] | None = None,
    ) -> tuple[ClassImage, ...]:
        """`samples` of the images, or all, in natural order of their names; see `draw_places`.

        Only those of `classes`, where named. Raises UsageError where more are asked for than there
        are, BenchmarkError for a folder that holds no classes, OfflineError and DownloadError.
        """

        def choose(truths: Sequence[str]) -> list[int]:
            of = [n for n, truth in enumerate(truths) if classes is None or truth in classes]
            drawn = draw_places(
                [truths[n] for n in of], samples=samples, seed=seed, stratified=stratified
            )
            return [of[place] for place in drawn]

        return self.origin.draw(choose)


class EmbeddedClasses:
    """The test patches of `materials`."""

    def labels(self) -> tuple[str, ...]:
        """The names of the pictures."""
        return MATERIALS

    def draw(self, choose: Choose) -> tuple[ClassImage, ...]:
        """The chosen patches as PNG."""
        patches = material_patches("test")
        return tuple(
            ClassImage(name=patch.name, truth=patch.label, source=encode_png(patch.pixels))
            for patch in (patches[place] for place in choose([one.label for one in patches]))
        )

    def left_out(self) -> tuple[LeftOut, ...]:
        """Nothing."""
        return ()


_FOOD101 = HubClasses(
    repo="ethz/food101",
    revision="e06acf2a88084f04bce4d4a525165d68e0a36c38",
    files=shards("validation", 3),
)
FOOD101 = ClassSource(
    name="food101",
    title="Food-101, validation split",
    place=f"{_FOOD101.repo}@{_FOOD101.revision}",
    origin=_FOOD101,
    licence="scientific fair use only (the photographs belong to their owners)",
    citation="Bossard et al., Food-101: mining discriminative components with random forests, "
    "ECCV 2014",
)
MATERIALS_TEST = ClassSource(
    name="materials",
    title="scikit-image pictures, patches of the right thirds",
    place="scikit-image's wheel",
    origin=EmbeddedClasses(),
    licence="public domain, CC0 or BSD, per picture: see scikit-image's documentation",
    citation="van der Walt et al., scikit-image: image processing in Python, PeerJ 2014",
    note="each class is one photograph, and its images are patches of it: they are alike, so that "
    "intervals are too narrow, and nothing is said of other photographs",
)
KNOWN_IMAGES = {source.name: source for source in (FOOD101, MATERIALS_TEST)}


def parse_images(text: str) -> ClassSource:
    """What `text` names: `[NAME=]` before `food101`, `materials` or a folder of class folders.

    Nothing is read or downloaded yet. A folder called train, val, validation or test is named
    after the one around it too: `food101/test` is `food101-test`. Raises UsageError for a folder
    that is not there or a name that does not fit.
    """
    name, place = split_name(text)
    if place in KNOWN_IMAGES:
        return replace(KNOWN_IMAGES[place], name=name or place)
    folder = expanded(place)
    if not place or not is_folder(folder):
        raise UsageError(
            f"there is no folder {place!r}; expected {', '.join(KNOWN_IMAGES)}, or [NAME=]FOLDER "
            "with a folder of images for each class"
        )
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()
    title = folder.name
    if title in ("train", "val", "validation", "test"):
        title = f"{folder.parent.name}-{title}"
    return ClassSource(
        name=name or default_name(title, folder),
        title=title,
        place=str(folder),
        origin=FolderClasses(folder=folder),
    )


def drawn_benchmark(source: ClassSource, images: Sequence[ClassImage]) -> BenchmarkSource:
    """`images` as a benchmark called after their set, of hr alone; a sample is `<class>/<stem>`."""
    hr = {image.name: image.source for image in images}
    return BenchmarkSource(
        name=source.name, title=source.title, origin=ImageSet(pairings={}, hr=hr)
    )
