"""What was done to images on their way to pixels, said once for all that it was done to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_NAMED = 3


class Notes:
    """Gathers notes on images; a note on many of them is one line that names the first."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = {}

    def add(self, notes: Iterable[str], name: str) -> None:
        """`notes` are of the image called `name`."""
        for note in notes:
            self._of.setdefault(note, set()).add(name)

    def lines(self) -> Iterator[str]:
        """A line for each note, the same in whatever order they came: "a.png: EXIF applied"."""
        for note, named in sorted(self._of.items()):
            names = sorted(named)
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{', '.join(names[:_NAMED])}{more}: {note}"
