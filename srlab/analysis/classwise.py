"""Class by class: precision and recall of every arm, and which labels turn into which."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srlab.analysis.compared import CELL, shown

COLUMNS = [*CELL, "label", "n", "tp", "fp", "fn", "precision", "recall", "f1"]
CONFUSION_COLUMNS = [*CELL, "original", "upscaled", "n"]


def per_class(frame: pd.DataFrame) -> pd.DataFrame:
    """True and false positives, false negatives, precision, recall and F1 of each class and arm.

    `frame` is one of `predictions`. Classes are those that are the truth of an image or were
    predicted in that arm; `n` counts the images whose truth it is. Precision is nan for a class
    that was never predicted, recall for one that is no image's truth; F1 = 2tp/(2tp + fp + fn).
    """
    named = shown(frame)
    true = named.groupby([*CELL, "truth"]).size()
    predicted = named.groupby([*CELL, "label"]).size()
    right = named[named["correct"]].groupby([*CELL, "truth"]).size()
    names = [*CELL, "label"]
    table = pd.concat([part.rename_axis(names) for part in (true, predicted, right)], axis=1)
    table.columns = ["n", "predicted", "tp"]
    table = table.fillna(0).astype(np.int64).sort_index().reset_index()
    table["fp"], table["fn"] = table["predicted"] - table["tp"], table["n"] - table["tp"]
    with np.errstate(invalid="ignore"):
        table["precision"] = table["tp"] / table["predicted"]
        table["recall"] = table["tp"] / table["n"]
        table["f1"] = 2 * table["tp"] / (table["n"] + table["predicted"])
    return table[COLUMNS]


def confusion(pairs: pd.DataFrame) -> pd.DataFrame:
    """How many flips of every arm went from which label to which, the commonest first.

    `pairs` are those of `Compared`; `original` and `upscaled` are labels, `n` counts images.
    """
    flipped = pairs[pairs["flipped"]]
    counts = flipped.groupby([*CELL, "original", "upscaled"]).size().rename("n").reset_index()
    order = [*CELL, "n", "original", "upscaled"]
    ascending = [name != "n" for name in order]
    return counts.sort_values(order, ascending=ascending, ignore_index=True)[CONFUSION_COLUMNS]
