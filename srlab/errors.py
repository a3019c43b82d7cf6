"""Everything that may go wrong, as one tree with stable codes; and the seam for progress.

A message says what came, what was expected, and what to do next. The code is stable: scripts may
match on it, and it is what the `failures` table keeps. The command line prints `code: message`
without a traceback and leaves with `exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol


class SrlabError(Exception):
    """The root of every error that srlab raises on purpose."""

    code: ClassVar[str] = "srlab"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, details: Iterable[str] = ()) -> None:
        """`details` are lines of their own: all files that are in the way, say."""
        super().__init__(message)
        self.details = tuple(details)

    def __str__(self) -> str:
        """The message, and each detail on a line below it."""
        return "\n  ".join([str(self.args[0]), *self.details])


class UsageError(SrlabError):
    """The call itself is wrong: an option, a name, a study file."""

    code = "usage"
    exit_code = 2


class ScaleNotServedError(UsageError):
    """A network that comes with srlab, and does not come for this scale."""

    code = "scale-not-served"

    def __init__(self, name: str, scale: int, scales: tuple[int, ...]) -> None:
        listed = ", ".join(f"x{served}" for served in scales)
        super().__init__(f"{name} comes for {listed}, and x{scale} is asked for")
        self.scales = scales


class UnknownNameError(UsageError):
    """A name that no catalog row carries."""

    code = "unknown-name"


class StudyError(UsageError):
    """A study file that does not say what it must."""

    code = "study-invalid"


class RecipeError(UsageError):
    """A recipe of a training that does not say what it must."""

    code = "recipe-invalid"


class TrainingError(SrlabError):
    """A training that cannot go on, or cannot begin with what is there."""

    code = "training"


class DivergedError(TrainingError):
    """A training whose loss became nan or infinite."""

    code = "training-diverged"


class PatchesError(TrainingError):
    """A file of patches that is not ours, or was made for another recipe."""

    code = "patches"


class ImageError(SrlabError):
    """An image that cannot be used as it is."""

    code = "image"


class ImageUnreadableError(ImageError):
    """A file that does not decode: truncated, empty, text, or a kind that is not read."""

    code = "image-unreadable"


class ImageTooLargeError(ImageError):
    """An image whose header announces more pixels than are read."""

    code = "image-too-large"


class ImageTooSmallError(ImageError):
    """An image, or what a border cut leaves of it, under the smallest size a metric needs."""

    code = "image-too-small"


class SizeMismatchError(ImageError):
    """Two images whose sizes do not fit together."""

    code = "size-mismatch"


class ChannelMismatchError(ImageError):
    """Two images whose channels do not fit together."""

    code = "channel-mismatch"


class BenchmarkError(SrlabError):
    """A set of images that cannot be read as one."""

    code = "benchmark"


class PartnerMissingError(BenchmarkError):
    """An hr without its lr, or without its ready-made sr."""

    code = "partner-missing"


class LeftOutError(BenchmarkError):
    """Something that lies among images and is not read as one."""

    code = "left-out"


class CheckpointError(SrlabError):
    """A file of weights that cannot be used."""

    code = "checkpoint"


class CheckpointUnreadableError(CheckpointError):
    """A file of weights that does not decode."""

    code = "checkpoint-unreadable"


class CheckpointUnsafeError(CheckpointError):
    """A pickle that wants to run code."""

    code = "checkpoint-unsafe"


class CheckpointMismatchError(CheckpointError):
    """Weights whose keys or shapes belong to no known net, or whose scale disagrees."""

    code = "checkpoint-mismatch"


class CheckpointNotFiniteError(CheckpointError):
    """Weights that hold nan or infinity."""

    code = "checkpoint-not-finite"


class NetFailedError(CheckpointError):
    """A net that fails on an image, as on sizes that it cannot take."""

    code = "net-failed"


class ClassifierError(SrlabError):
    """A classifier that cannot be used as it is, or not for this."""

    code = "classifier"


class LabelsError(ClassifierError):
    """Classes of images that a classifier does not know, or not for certain, by their names."""

    code = "labels"


class ProtocolError(SrlabError):
    """Images or an upscaler that a protocol cannot score."""

    code = "protocol"


class MetricError(SrlabError):
    """A metric that gave nan, or cannot be computed on what came."""

    code = "metric"


class MissingExtraError(SrlabError):
    """An optional package that is not installed."""

    code = "missing-extra"


class OfflineError(SrlabError):
    """A file that is neither here nor to be had, because there is no network."""

    code = "offline"


class DownloadError(SrlabError):
    """A download that failed although the network answered."""

    code = "download"


class StoreError(SrlabError):
    """A store that cannot be used as it is."""

    code = "store"


class StoreMissingError(StoreError):
    """No store where one was expected."""

    code = "store-missing"


class StoreNewerError(StoreError):
    """A store written by a newer srlab."""

    code = "store-newer"


class StoreReadOnlyError(StoreError):
    """A store that may not be written."""

    code = "store-read-only"


class StoreFullError(StoreError):
    """A disk without room for what must be kept."""

    code = "store-full"


class ReportError(SrlabError):
    """A report that cannot be made from what is stored, or with the tools at hand."""

    code = "report"


class MemoryShortError(SrlabError):
    """A net needs more memory than there is, in the smallest tiles too."""

    code = "memory_short"


class WorkerLostError(SrlabError):
    """A worker process that died before its job was done."""

    code = "worker-lost"


class Progress(Protocol):
    """Who is told how far long work has come. The library never prints; the command line does."""

    def start(self, title: str, total: int) -> None:
        """Begin a stretch of `total` steps."""
        ...

    def advance(self, note: str = "") -> None:
        """One step is done; `note` names it."""
        ...

    def say(self, message: str) -> None:
        """Something is worth a line of its own that stays, such as what an epoch reached."""
        ...

    def warn(self, message: str) -> None:
        """Something deserves a person's attention, and the work goes on."""
        ...

    def finish(self) -> None:
        """The stretch is over, whole or cut short."""
        ...


class Silent:
    """The `Progress` that says nothing."""

    def start(self, title: str, total: int) -> None:
        """Say nothing."""

    def advance(self, note: str = "") -> None:
        """Say nothing."""

    def say(self, message: str) -> None:
        """Say nothing."""

    def warn(self, message: str) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""
