"""A person's folder of class folders, FOLDER/<class>/<image>: the folders name the classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from srlab.data.class_image import Choose, ClassImage, checked_name
from srlab.data.folders import images, natural, subfolders
from srlab.errors import BenchmarkError

MAX_CLASSES = 10_000
MAX_IMAGES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class FolderClasses:
    """The classes of a folder; only names are read.

    Hidden files are not looked at, links are followed. Raises BenchmarkError where the folder is
    not made of at least two class folders with images in them, holds images beside them, two files
    of a class share a stem, a name cannot be shown, or there is more than is read.
    """

    folder: Path

    def labels(self) -> tuple[str, ...]:
        """The class folders' names, in natural order."""
        return tuple(self._read())

    def draw(self, choose: Choose) -> tuple[ClassImage, ...]:
        """The chosen images; their order is the natural one of `<class>/<stem>`."""
        found = [
            ClassImage(name=f"{truth}/{stem}", truth=truth, source=path)
            for truth, files in self._read().items()
            for stem, path in files.items()
        ]
        found.sort(key=lambda image: natural(image.name))
        return tuple(found[place] for place in choose([image.truth for image in found]))

    def _read(self) -> dict[str, dict[str, Path]]:
        if strays := list(images(self.folder).values()):
            raise BenchmarkError(
                f"{self.folder} holds images such as {strays[0].name} outside of class folders; "
                "expected FOLDER/<class>/<image>, and no image beside the class folders"
            )
        classes: dict[str, dict[str, Path]] = {}
        for folder in subfolders(self.folder):
            truth = checked_name(folder.name, self.folder)
            classes[truth] = self._images(folder)
            total = sum(map(len, classes.values()))
            if len(classes) > MAX_CLASSES or total > MAX_IMAGES:
                raise BenchmarkError(
                    f"{self.folder} holds more than {MAX_CLASSES} classes or {MAX_IMAGES} images; "
                    "name a smaller folder"
                )
        if len(classes) < 2:
            holds = f"only the class folder {next(iter(classes))}" if classes else "no class folder"
            raise BenchmarkError(
                f"{self.folder} holds {holds}; expected two or more, FOLDER/<class>/<image>"
            )
        return classes

    def _images(self, folder: Path) -> dict[str, Path]:
        if found := images(folder):
            return {checked_name(stem, folder): path for stem, path in found.items()}
        if deeper := [one for one in subfolders(folder) if images(one)]:
            raise BenchmarkError(
                f"{folder} holds no images but folders of images such as {deeper[0].name}; "
                f"expected FOLDER/<class>/<image>: if those are the classes, name {folder} instead"
            )
        raise BenchmarkError(
            f"the class folder {folder} holds no images; put some into it, or remove it"
        )
