"""What keeps a folder of images from being trained on, all of it at once and not one a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from srlab.data.left_out import LeftOut, listed
from srlab.errors import ImageError, ImageTooSmallError, TrainingError
from srlab.execute.local import default_workers
from srlab.image.files import ImageSource, decode


def refuse(left: Iterable[LeftOut], images: Mapping[str, ImageSource]) -> None:
    """Raise TrainingError where anything was left out, with the images that do not decode."""
    reasons = [one.in_words for one in left]
    if reasons:
        raise _refusal([*reasons, *_broken(images)])


@contextmanager
def all_broken_named(images: Mapping[str, ImageSource]) -> Iterator[None]:
    """Where an image does not decode, decode all of them, and raise TrainingError that lists them.

    What is whole costs nothing.
    """
    try:
        yield
    except ImageTooSmallError:
        raise
    except ImageError as error:
        if reasons := _broken(images):
            raise _refusal(reasons) from error
        raise


def _refusal(reasons: list[str]) -> TrainingError:
    count = "one of the files" if len(reasons) == 1 else f"{len(reasons)} of the files"
    return TrainingError(
        f"{count} brought cannot be trained on; mend, convert or remove them",
        details=listed(reasons),
    )


def _broken(images: Mapping[str, ImageSource]) -> list[str]:
    def reason(item: tuple[str, ImageSource]) -> str | None:
        name, source = item
        try:
            decode(source, name=name)
        except ImageError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(default_workers()) as pool:
        return [found for found in pool.map(reason, images.items()) if found]
