"""Writes the card of `materials-vit`: `materials_card.py` classifies the test patches anew.

What the training was, `training.json` beside the weights tells. The accuracy after upscaling is
that of `srlab classify --images materials --classifier materials-vit -u bicubic -s 2 -s 3 -s 4`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.analysis.interval import cluster_interval, wilson
from srlab.classifiers.catalog import describe_classifier
from srlab.classifiers.info import Classifier
from srlab.data.degradation import DEFAULT, DEGRADATIONS
from srlab.data.materials import MATERIALS, Pixels, material_patches
from srlab.image.resize import upscale

FOLDER = Path(__file__).parent / "materials-vit"
SCALES = (2, 3, 4)

Answers = NDArray[np.int64]


def main() -> None:
    """Write the card."""
    (FOLDER / "README.md").write_text(card(), encoding="utf-8")


def card() -> str:
    """The card's text, all its figures computed now."""
    classifier = describe_classifier(str(FOLDER)).load("cpu")
    patches = material_patches("test")
    truths = np.array([classifier.labels.index(patch.label) for patch in patches])
    pixels = [patch.pixels for patch in patches]
    said = answers(classifier, pixels)
    return "\n".join(
        [
            "# materials-vit",
            "",
            "A small vision transformer that says from which of scikit-image's pictures a grey "
            "64×64 patch was cut. `srlab classify --images materials --classifier materials-vit …`",
            "",
            "**It knows thirteen photographs, not materials.** Each class is one photograph: the "
            "left half of it was trained on, the next sixth told the best epoch, the right third "
            "is the test. A figure below says how well a photograph is known again from a part "
            "that was never shown, and nothing about other photographs of brick or grass.",
            "",
            "## Accuracy",
            "",
            *_accuracy(said, truths),
            "",
            *_per_class(said, truths),
            "",
            "After shrinking (MATLAB's bicubic) and enlarging by bicubic; a patch is changed where "
            "another class comes out than for the original at that scale:",
            "",
            *_after_upscaling(classifier, pixels, truths),
            "",
            "## Training",
            "",
            *_training(json.loads((FOLDER / "training.json").read_text(encoding="utf-8"))),
            "",
            "## Licence",
            "",
            "MIT for the weights. The pictures come with scikit-image (public domain, CC0 or BSD, "
            "per picture: the documentation of `skimage.data` says which) and are not in this "
            "folder.",
            "",
        ]
    )


def answers(classifier: Classifier, pixels: list[Pixels]) -> Answers:
    """The number of the class that comes out first."""
    return classifier(pixels).argmax(1)


def _accuracy(said: Answers, truths: Answers) -> list[str]:
    right = (said == truths).astype(np.float64)
    low, high = wilson(np.array([right.sum()], np.int64), np.array([len(right)]))
    drawn = cluster_interval(right, truths)
    return [
        f"{right.sum():.0f} of {len(right)} test patches, {_percent(right.mean())}. Were the "
        f"patches independent, the 95% interval would be {_percent(low[0])} to "
        f"{_percent(high[0])} (Wilson). They are not: drawn by picture (bootstrap, 10 000 draws, "
        f"seed 0), it is {_percent(drawn.low)} to {_percent(drawn.high)}.",
    ]


def _per_class(said: Answers, truths: Answers) -> list[str]:
    cells = []
    for number, label in enumerate(MATERIALS):
        own = truths == number
        cells.append((label, f"{(said[own] == number).sum()} of {own.sum()}"))
    return [
        "| " + " | ".join(label for label, _ in cells) + " |",
        "|" + " ---: |" * len(cells),
        "| " + " | ".join(count for _, count in cells) + " |",
    ]


def _after_upscaling(classifier: Classifier, pixels: list[Pixels], truths: Answers) -> list[str]:
    rows = ["| | original | ×s smaller | bicubic | changed by bicubic | harmed | rescued |"]
    rows.append("| --- |" + " ---: |" * 6)
    for scale in SCALES:
        pairs = [DEGRADATIONS[DEFAULT](one, scale) for one in pixels]
        before = answers(classifier, [hr for hr, _ in pairs])
        small = answers(classifier, [lr for _, lr in pairs])
        after = answers(classifier, [upscale(lr, scale) for _, lr in pairs])
        shares = [_percent((one == truths).mean()) for one in (before, small, after)]
        harmed = ((before == truths) & (after != truths)).sum()
        rescued = ((before != truths) & (after == truths)).sum()
        counts = [str(count) for count in ((after != before).sum(), harmed, rescued)]
        rows.append("| " + " | ".join([f"×{scale}", *shares, *counts]) + " |")
    return rows


def _training(facts: dict[str, Any]) -> list[str]:
    recipe, data = facts["recipe"], facts["data"]
    wish = recipe["training"]
    return [
        f"`srlab train {recipe['name']}`: {wish['epochs']} epochs of {wish['steps_per_epoch']} "
        f"steps of {wish['batch']} cuts, seed {wish['seed']}; the weights are those of epoch "
        f"{facts['epoch']} ({facts['steps']} steps, {_percent(facts['accuracy'])} of "
        f"{data['validation_pictures']} patches of the validation strips). "
        f"{facts['seconds'] / 60:.0f} minutes until then on {facts['threads']} thread of "
        f"{facts['hardware']}, torch {facts['versions']['torch']}; the machine was busy with "
        "other work.",
        "",
        " ".join(recipe["changed"].split()),
        "",
        "Seven settings of width, augmentation and length were tried. The one that was best on the "
        "validation strips was kept; the test patches had been looked at after each, so their "
        "figure is a little flattering.",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


if __name__ == "__main__":
    main()
