"""Which class of a set of images is which label of a classifier: matched by name, never by order.

The lists of one data set differ in order from place to place (of Food-101's, 16 and 17 are swapped
in some), so that numbers prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from srlab.errors import LabelsError

_NAMED = 8


def normalise(name: str) -> str:
    """A label in the form that is compared and stored: lower case, `_` for spaces and hyphens."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def known_classes(classes: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """`classes` apart: those that are among the labels by normalised name, and the others.

    Raises LabelsError where fewer than two are.
    """
    names = {normalise(label) for label in labels}
    known = [name for name in classes if normalise(name) in names]
    if len(known) < 2:
        match_labels(classes, labels)  # says which are not known
    return known, [name for name in classes if normalise(name) not in names]


def match_labels(classes: Sequence[str], labels: Sequence[str]) -> dict[str, int]:
    """The place in `labels` of each of `classes`, by normalised name.

    Raises LabelsError that lists the classes that are not among the labels, that several labels or
    several classes share, or where there are fewer than two.
    """
    if len(classes) < 2:
        raise LabelsError(
            f"the images show {len(classes)} class; a study of predictions needs two or more"
        )
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(normalise(label), []).append(place)
    if unknown := [name for name in classes if normalise(name) not in places]:
        raise LabelsError(
            f"the classifier knows no {_listed(unknown)}; it knows {_listed(labels)}: choose a "
            "classifier of these classes, or name the class folders as it names them"
        )
    if doubtful := [name for name in classes if len(places[normalise(name)]) > 1]:
        raise LabelsError(f"several labels of the classifier are called {_listed(doubtful)}")
    if len({normalise(name) for name in classes}) < len(set(classes)):
        raise LabelsError(f"several of the classes {_listed(classes)} are one by name; rename them")
    return {name: places[normalise(name)][0] for name in classes}


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(repr(name) for name in names[:_NAMED]) + more
