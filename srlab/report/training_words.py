"""The wording of how networks were trained."""

from __future__ import annotations

from dataclasses import dataclass

from srlab.report.phrases import listing, number, plural, signed

INTRODUCTION = (
    "After each epoch the weights were judged on whole validation images; those of the best epoch "
    "were kept, the first of equally good ones."
)
TABLE = "How the trainings went"
FIGURE = (
    "Learning curves. A ring marks the epoch whose weights were kept; epoch 0 is what a "
    "fine-tuning started from."
)
PSNR, ACCURACY = "PSNR of the validation images, dB", "Accuracy on the validation images"


def score(psnr: float, accuracy: float) -> str:
    """What an epoch is judged by, with its unit."""
    return f"{number(psnr, 2)} dB" if psnr == psnr else f"{number(100 * accuracy, 1)}% right"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A training; `gain` in dB over what it started from, None where it started anew."""

    name: str
    epochs: int
    steps: int
    seconds: float
    device: str
    best_epoch: int
    reached: str
    gain: float | None


def told(item: Told) -> str:
    """One training in two sentences."""
    said = (
        f"{item.name} was trained for {plural(item.epochs, 'epoch')} "
        f"({plural(item.steps, 'step')}, {duration(item.seconds)} on {item.device}). "
        f"Epoch {item.best_epoch} was the best: {item.reached}"
    )
    if item.gain is None:
        return f"{said}."
    return f"{said}, {signed(item.gain, 2)} dB over where it started."


def judged_on(validation: str | None, protocol: str | None) -> str:
    """Where a score was measured, as the end of a sentence."""
    under = f" under {protocol}" if protocol else ""
    return f"{under} on {validation}" if validation else under


def duration(seconds: float) -> str:
    """Seconds, minutes or hours with the digits that matter."""
    if seconds < 90:
        return plural(round(seconds), "second")
    if seconds < 5400:
        return plural(round(seconds / 60), "minute")
    return f"{number(seconds / 3600, 1)} hours"


def not_drawn(names: list[str]) -> str:
    """Trainings for which the figure has no room."""
    return f"The figure shows the first trainings of the table; not drawn: {listing(names)}."


def alt(lines: list[str]) -> str:
    """The figure for those who cannot see it."""
    return "Line charts of score and loss by epoch. " + " ".join(lines)


def history_file(count: int, name: str, sha256: str) -> str:
    """The file of epochs and its digest."""
    return f"{name} holds {plural(count, 'epoch')} of trainings (SHA-256 {sha256})."
