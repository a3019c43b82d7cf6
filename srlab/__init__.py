"""srlab scores super-resolution, keeps every number per image, and writes it up.

The calls below are what a notebook needs; each is imported when it is first used, so that
`import srlab` costs nothing. Frames are pandas frames. The command line is a thin shell over
the same calls.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from srlab.analysis.costs import costs
    from srlab.analysis.flips import flips
    from srlab.analysis.frames import scores
    from srlab.analysis.history import history, trainings
    from srlab.analysis.leaderboard import leaderboard
    from srlab.analysis.paired import compare
    from srlab.analysis.predictions import predictions
    from srlab.analysis.ranking import rank
    from srlab.classification.classify import classify
    from srlab.evaluation.evaluate import evaluate
    from srlab.image.files import read_image, write_image
    from srlab.metrics.score import score

__version__ = "0.1.0"

_CALLS = {
    "classify": "srlab.classification.classify",
    "compare": "srlab.analysis.paired",
    "costs": "srlab.analysis.costs",
    "evaluate": "srlab.evaluation.evaluate",
    "flips": "srlab.analysis.flips",
    "history": "srlab.analysis.history",
    "leaderboard": "srlab.analysis.leaderboard",
    "predictions": "srlab.analysis.predictions",
    "rank": "srlab.analysis.ranking",
    "read_image": "srlab.image.files",
    "score": "srlab.metrics.score",
    "scores": "srlab.analysis.frames",
    "trainings": "srlab.analysis.history",
    "write_image": "srlab.image.files",
}

__all__ = [
    "classify",
    "compare",
    "costs",
    "evaluate",
    "flips",
    "history",
    "leaderboard",
    "predictions",
    "rank",
    "read_image",
    "score",
    "scores",
    "trainings",
    "write_image",
]


def __getattr__(name: str) -> Any:
    if name not in _CALLS:
        raise AttributeError(f"module 'srlab' has no attribute {name!r}")
    return getattr(import_module(_CALLS[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
