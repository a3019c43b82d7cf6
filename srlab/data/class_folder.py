"""A person's folder of class folders, FOLDER/<class>/<image>: the folders name the classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from srlab.data.class_image import Choose, ClassImage, checked_name
from srlab.data.folders import images_and_twins, natural, subfolders
from srlab.data.left_out import LeftOut, count_images, listed, twins, unread
from srlab.errors import BenchmarkError

MAX_CLASSES = 10_000
MAX_IMAGES = 1_000_000
_NAMED = 4


@dataclass(frozen=True, kw_only=True)
class FolderClasses:
    """The classes of a folder; only names are read.

    Hidden files are not looked at, links are followed. What lies there and is none of it is told
    by `left_out`. Raises BenchmarkError where there are not at least two class folders with images
    in them, or there is more than is read.
    """

    folder: Path

    def labels(self) -> tuple[str, ...]:
        """The class folders' names, in natural order."""
        return tuple(self._read().classes)

    def draw(self, choose: Choose) -> tuple[ClassImage, ...]:
        """The chosen images; their order is the natural one of `<class>/<stem>`."""
        found = [
            ClassImage(name=f"{truth}/{stem}", truth=truth, source=path)
            for truth, files in self._read().classes.items()
            for stem, path in files.items()
        ]
        found.sort(key=lambda image: natural(image.name))
        return tuple(found[place] for place in choose([image.truth for image in found]))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Files and folders that are no image of a class: all of them, each with its reason."""
        return tuple(self._read().left_out)

    def _read(self) -> _Found:
        found, total = _Found(), 0
        found.leave_out(unread(self.folder))
        for path in images_and_twins(self.folder)[0].values():
            why = "it lies outside of class folders; expected FOLDER/<class>/<image>"
            found.leave_out([LeftOut(place=path, why=why)])
        for folder in subfolders(self.folder):
            try:
                found.read_class(folder)
            except BenchmarkError as error:
                found.leave_out([LeftOut(place=folder, why=str(error))])
            total += len(found.classes.get(folder.name, ()))
            if len(found.classes) > MAX_CLASSES or total > MAX_IMAGES:
                raise BenchmarkError(
                    f"{self.folder} holds more than {MAX_CLASSES} classes or {MAX_IMAGES} images; "
                    "name a smaller folder"
                )
        if len(found.classes) < 2:
            raise _too_few(self.folder, found)
        return found


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The images of each class by their stems, and what was left out."""

    classes: dict[str, dict[str, Path]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, left: Iterable[LeftOut]) -> None:
        """Keep what is told of it."""
        self.left_out.extend(left)

    def read_class(self, folder: Path) -> None:
        """The images of a class folder, and all that is none in it."""
        if not self._is_name(folder.name, folder):
            return
        stems = images_and_twins(folder)[0]
        files = {stem: path for stem, path in stems.items() if self._is_name(stem, path)}
        self.leave_out(unread(folder))
        self.leave_out(twins(folder))
        deeper = [one for one in subfolders(folder) if count_images(one)]
        for one in deeper:
            why = f"the {count_images(one)} images in it are not looked at; expected "
            self.leave_out([LeftOut(place=one, why=f"{why}FOLDER/<class>/<image>")])
        if files:
            self.classes[folder.name] = files
        elif not deeper:
            why = "the class folder holds no images; put some into it, or remove it"
            self.leave_out([LeftOut(place=folder, why=why)])

    def _is_name(self, name: str, place: Path) -> bool:
        """Whether a class or an image may be called so; if not, it is left out."""
        try:
            checked_name(name, place.parent)
        except BenchmarkError as error:
            self.leave_out([LeftOut(place=place, why=str(error))])
            return False
        return True


def _too_few(folder: Path, found: _Found) -> BenchmarkError:
    """What to say of a folder that is not made of class folders."""
    holds = f"only the class folder {next(iter(found.classes))}" if found.classes else "no class"
    holds += "" if found.classes else " folder with images"
    text = f"{folder} holds {holds}; expected two or more, FOLDER/<class>/<image>"
    parts = [
        one for one in subfolders(folder) if sum(map(bool, map(count_images, subfolders(one)))) > 1
    ]
    if parts and not found.classes:
        return BenchmarkError(f"{text}: if the classes lie in {parts[0]}, name that instead")
    left = (left.in_words for left in found.left_out)
    return BenchmarkError(text, details=listed(left, most=_NAMED))
