"""Wording of the report's part on predictions: what was classified, captions, and how to read them.

Sentences from rows of the flip study's tables are in `flip_words`. Texts are plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from srlab.analysis.signed_ranks import SIGNIFICANCE
from srlab.report.flip_words import Row, changed, count_word, left_out, mcnemar_test, percent, place
from srlab.report.phrases import families_in_words, listing, plural, scales, times

# What was classified

INTRODUCTION = (
    "A classifier looked at the originals (hr, cut at the bottom and right to a multiple of the "
    "scale), at the small images (lr, enlarged by nothing but the classifier's own processor) and "
    "at the upscaled images (sr): the very pictures that were scored. Its prediction is the class "
    "with the highest probability. It is changed where it is not that of the original, be it right "
    "or wrong: harmed was right before, rescued is right now, the others are wrong both times."
)
CONTROLS = (
    "The small image and bicubic are the controls. They show how much shrinking alone costs, and "
    "what plain interpolation gives back; without them a changed prediction cannot be blamed on a "
    "network."
)
NONE_FIT = (
    "Predictions were asked for, and none that fits is stored: nothing was classified, or all of "
    "it failed."
)
_CONTROLS = {"small": "the small image", "bicubic": "bicubic"}


def images(name: str, count: int, classes: Sequence[int], scale_values: Sequence[int]) -> str:
    """Which images were looked at; `classes` says how many each class has, the rarest first."""
    shares = (
        f"{classes[0]} of each"
        if classes[0] == classes[-1]
        else f"{classes[0]} to {classes[-1]} of each"
    )
    return (
        f"Images: {plural(count, 'image')} of {plural(len(classes), 'class', 'classes')} of "
        f"{name} ({shares}), at {scales(scale_values)}."
    )


def classifier(name: str, facts: Mapping[str, Any], labels: int, digest: str) -> str:
    """Who looked, as far as the store tells."""
    parts = []
    if isinstance(architecture := facts.get("architecture"), str):
        parts.append(architecture)
    if isinstance(parameters := facts.get("parameters"), int):
        parts.append(f"{parameters:,} parameters")
    if labels:
        parts.append(f"knows {plural(labels, 'class', 'classes')}")
    if isinstance(repository := facts.get("repository"), str):
        parts.append(f"from {repository}@{str(facts.get('revision', ''))[:7]}")
    size, backend = facts.get("input_size"), facts.get("backend")
    if isinstance(size, list) and len(size) == 2 and all(isinstance(n, int) for n in size):
        parts.append(f"its processor makes every image {size[0]}{times(size[1])}")
    if isinstance(backend, str):
        parts.append(f"processor backend {backend}")
    what = f", {', '.join(parts)}" if parts else ""
    return f"Classifier: {name}{what}; digest {digest} of weights, labels and processor."


def arms(upscalers: Mapping[str, Sequence[int]], every: Sequence[int], *, small: bool) -> str:
    """What was held against the original: upscalers with their scales, where those are not all."""
    named = [
        name if list(own) == list(every) else f"{name} ({scales(own)})"
        for name, own in upscalers.items()
    ]
    return f"Arms: {listing(['original', *(['small'] if small else []), *named])}."


def controls_missing(missing: Mapping[str, Sequence[int]], every: Sequence[int]) -> str:
    """Which control was not classified, and at which scales."""
    parts = [
        _CONTROLS[name] + ("" if list(own) == list(every) else f" at {scales(own)}")
        for name, own in missing.items()
    ]
    return (
        f"There is no prediction of {listing(parts)}: what is called changed there cannot be "
        "blamed on an upscaler."
    )


def set_note(name: str, note: str) -> str:
    """What a reader of a set's numbers must know."""
    return f"{name}: {note}."


def unread_classifier(name: str) -> str:
    """The store tells nothing of a classifier that can be read."""
    return f"What the store tells of the classifier {name} is not as srlab writes it."


def not_compared(rows: Sequence[Row]) -> str:
    """Images that lack one of the two predictions, arm by arm; empty where none does."""
    parts = [
        f"{place(row['upscaler'], row['scale'])}: {text}" for row in rows if (text := left_out(row))
    ]
    return (
        f"Images that lack a prediction are in no number of that arm. {'; '.join(parts)}."
        * bool(parts)
    )


# Summary

SUMMARY = (
    "Whether upscaling changes what a classifier sees: how many images are classified otherwise "
    "than their originals."
)


def summary(title: str, scale: int, rows: Sequence[Row]) -> str:
    """One set, classifier and scale in a sentence: of the rows of `transitions` of one scale."""
    n = max((row["n"] for row in rows), default=0)
    whole = [row for row in rows if row["n"] == n and n]  # of other images, shares are other ones
    upscaled = sorted(
        (row for row in whole if row["arm"] == "upscaled"), key=lambda row: row["changed_share"]
    )
    small = [row for row in whole if row["arm"] == "small"]
    parts = [*_fewest_and_most(upscaled), *(_changed_by(row, "left small") for row in small)]
    return f"{title}, {times(scale)} (n = {n}): {listing(parts) or 'nothing could be compared'}."


def _fewest_and_most(ordered: Sequence[Row]) -> list[str]:
    """The upscalers after which fewest and most predictions changed, of rows in that order."""
    fewest, most = ordered[:1], ordered[1:][-1:]
    if len(ordered) > 1 and fewest[0]["changed_share"] == most[0]["changed_share"]:
        return [_changed_by(fewest[0], f"upscaled by any of {len(ordered)} upscalers")]
    parts = [_changed_by(row, f"upscaled by {row['upscaler']}") for row in [*fewest, *most]]
    if len(ordered) > 2:
        return [f"{parts[0]} (the fewest)", f"{parts[1]} (the most)"]
    return parts


def _changed_by(row: Row, what: str) -> str:
    return f"{row['changed']} ({percent(row['changed_share'])}) {what}"


# Accuracy and changes

ACCURACY = (
    "Top-1 is the share of images whose prediction is right, top-5 of those whose true class is "
    "among the first five."
)


def accuracy_caption(title: str, *, top5: bool) -> str:
    """Caption of the table of accuracies."""
    five = "" if top5 else "; the classifier knows too few classes for a top-5"
    return f"{title}: accuracy with Wilson's 95% interval{five}"


def transitions_caption(title: str, families: Mapping[int, int]) -> str:
    """Caption of the four-way table; `families` is over how many p is adjusted, by scale."""
    return (
        f"{title}: what became of the originals' predictions; p of McNemar's exact test, and by "
        f"Holm over {families_in_words(families)}"
    )


def shares_caption(title: str) -> str:
    """Caption of the table of shares."""
    return (
        f"{title}: share of images changed, harmed (negative flip rate) and rescued, with Wilson's "
        "95% interval, and the mean divergence with its 95% interval"
    )


TRANSITIONS = (
    "The four columns from kept right to kept wrong count every image once; changed wrong is the "
    "part of kept wrong that got another wrong label. McNemar's exact test compares harmed with "
    "rescued: it asks whether accuracy changed by more than chance, not whether predictions did."
)
DIVERGENCE = (
    "The Jensen–Shannon divergence says how far all probabilities moved from those of the "
    "original: 0 bits where nothing moved, 1 bit where nothing is left in common. It also counts "
    "images whose prediction stayed."
)


def change(row: Row) -> str:
    """What changed in one arm, and whether accuracy did: of a row of `transitions`."""
    sentence = f"{place(row['upscaler'], row['scale'])}: {changed(row)}"
    return f"{sentence}; {mcnemar_test(row)}." if row["changed"] else f"{sentence}."


def changes_left_out(count: int, significant: int) -> str:
    """What the rows say that have no sentence of their own."""
    return (
        f"Of the {plural(count, 'row')} of the table, {count_word(significant)} "
        f"{'has' if significant == 1 else 'have'} a p by Holm under {SIGNIFICANCE}."
    )


# List and files


def flips_note(count: int, file: str) -> str:
    """Where all flips can be read."""
    return (
        f"The {plural(count, 'changed prediction')} are too many to print; {file}, which lies "
        "beside this report, lists them with labels and probabilities."
    )


def flips_caption(title: str) -> str:
    """Caption of the list of flips."""
    return f"{title}: every changed prediction, with the probability of its label"


def predictions_file(count: int, name: str, sha256: str) -> str:
    """The predictions behind the report."""
    return (
        f"What is said of predictions is made from the {plural(count, 'prediction')} in {name}: "
        "one row per image, arm and classifier, with the divergence from the original in bits, and "
        f"with digests and run. Its SHA-256 is {sha256}."
    )


def flips_file(count: int, name: str, title: str, sha256: str) -> str:
    """A list of flips beside the report."""
    return (
        f"{name} lists the {plural(count, 'changed prediction')} of {title} with the columns of "
        f"srlab flips. Its SHA-256 is {sha256}."
    )


def classes_file(name: str, sha256: str) -> str:
    """The table of classes beside the report."""
    return f"{name} has every class in every arm. Its SHA-256 is {sha256}."


STATISTICS = (
    "Of predictions, intervals of shares of images are Wilson's, those of shares of pairs "
    "DeLong's. All of them take images as independent of one another."
)
