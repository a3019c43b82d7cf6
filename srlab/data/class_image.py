"""One image of a set of classes: its name, what it shows, and where its pixels are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from srlab.errors import BenchmarkError
from srlab.image.files import ImageSource

MAX_NAME = 200
"""Characters of a class's or an image's name."""

Choose = Callable[[Sequence[str]], Sequence[int]]
"""From the classes of all images of a set, in order, to the places of those that are drawn."""


@dataclass(frozen=True, kw_only=True)
class ClassImage:
    """An image of known class: `name` is `<class>/<stem>`, `truth` the class as its set writes it.

    A name has exactly one slash and no part that leads out of a folder (see `checked_name`).
    """

    name: str
    truth: str
    source: ImageSource = field(repr=False)


def checked_name(name: str, place: object) -> str:
    """`name`, if it can be shown and be a part of a path; raises BenchmarkError that says where."""
    if not re.fullmatch(rf"[^./][^/]{{0,{MAX_NAME - 1}}}", name) or not name.isprintable():
        raise BenchmarkError(
            f"{name[:MAX_NAME]!r} in {place} is no name for a class or an image; expected up to "
            f"{MAX_NAME} printable characters without a slash and not beginning with a dot: "
            "rename it"
        )
    return name
