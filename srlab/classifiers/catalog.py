"""What a person may type after `--classifier`, turned into a `ClassifierInfo` without torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srlab.classifiers.files import CONFIG, PROCESSORS, WEIGHTS, read_files
from srlab.classifiers.info import ClassifierInfo
from srlab.errors import ClassifierError, DownloadError, OfflineError, UsageError
from srlab.fingerprint import file_digest
from srlab.hub import fetch_hub_file
from srlab.places import expanded, is_folder, is_there
from srlab.registry import Catalog, unknown_name
from srlab.shipped import share_root

_NAMED = re.compile(r"([^=/\\:]*)=(.+)")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class KnownClassifier:
    """A classifier known by name; `images` are those that it is studied on by default.

    `revision` is the full commit of the hub's repository; without one it comes with srlab.
    """

    name: str
    title: str
    images: str
    classes: int
    repository: str = ""
    revision: str = ""
    licence: str

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return f"{self.repository}@{self.revision[:7]}" if self.repository else "comes with srlab"


CLASSIFIERS = Catalog(
    "classifiers",
    (
        KnownClassifier(
            name="food",
            title="ViT-B/16 at 224x224, fine-tuned on Food-101",
            images="food101",
            classes=101,
            repository="nateraw/food",
            revision="8991abd49ea01ebf502aeda51d4f12a59c603e01",
            licence="Apache-2.0",
        ),
        KnownClassifier(
            name="materials-vit",
            title="small ViT at 64x64, trained here on the embedded materials",
            images="materials",
            classes=13,
            licence="MIT",
        ),
    ),
)


def describe_classifier(
    text: str, *, digest_file: Callable[[Path], bytes] = file_digest
) -> ClassifierInfo:
    """The classifier that `text` names: `[LABEL=]` before a known name, a FOLDER or a hub's name.

    A FOLDER is in Hugging Face format; `hf:ORG/NAME` is of the hub, as is `ORG/NAME` where there is
    no such folder. What the hub gives is downloaded here. Raises UsageError or UnknownNameError
    for what names nothing, ClassifierError or CheckpointUnreadableError for files that are no
    classifier, OfflineError or DownloadError.
    """
    named = _NAMED.fullmatch(text)
    what, label = named[2] if named else text, label_of(text)
    folder, told = _find(what)
    files = read_files(folder)
    return ClassifierInfo(
        name=label,
        source=str(folder),
        identity=files.identity(digest_file(files.weights)),
        labels=files.labels,
        facts={**files.facts(), **told},
    )


def label_of(text: str) -> str:
    """What a classifier is called in the store: what stands before `=`, or a name made of it.

    Raises UsageError for a label that cannot be one. Nothing is looked up.
    """
    named = _NAMED.fullmatch(text)
    return _checked(named[1]) if named else _default_label(text)


def _checked(label: str) -> str:
    if not _LABEL.fullmatch(label):
        raise UsageError(
            f"{label[:40]!r} cannot be a classifier's label; letters, digits and . _ + - are "
            "allowed, 64 at most"
        )
    return label


def _default_label(what: str) -> str:
    """The last part of a path or of a hub's name."""
    name = Path(what.removeprefix("hf:")).resolve().name
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", name).strip("-.+_")[:64] or "unnamed"


def _find(what: str) -> tuple[Path, dict[str, Any]]:
    """The folder of what was typed, and facts that its files do not tell."""
    if what in CLASSIFIERS:
        row = CLASSIFIERS[what]
        folder, told = _fetch(row.repository, row.revision) if row.repository else _shipped(row)
        return folder, {**told, "licence": row.licence}
    if what.startswith("hf:"):
        return _fetch(what.removeprefix("hf:"), "main")
    folder = expanded(what)
    if is_folder(folder):
        return folder.absolute(), {}
    if not _REPOSITORY.fullmatch(what):
        if "/" in what or is_there(folder):
            raise UsageError(f"there is no folder {what!r}; expected one in Hugging Face format")
        raise unknown_name(CLASSIFIERS.kind, what, CLASSIFIERS.names())
    try:
        return _fetch(what, "main")
    except (OfflineError, DownloadError) as error:
        raise type(error)(f"there is no folder {what} here, and of the hub: {error}") from error


def _shipped(row: KnownClassifier) -> tuple[Path, dict[str, Any]]:
    folder = share_root() / "checkpoints" / row.name
    if not is_folder(folder):
        raise ClassifierError(
            f"{row.name} is not among the files of this srlab ({folder} is missing); install srlab "
            "again, or name another classifier"
        )
    return folder, {}


def _fetch(repository: str, revision: str) -> tuple[Path, dict[str, Any]]:
    """The folder of the files that are needed, in the hub's cache."""
    if not _REPOSITORY.fullmatch(repository):
        raise UsageError(f"{repository!r} is no name of the hub; expected hf:ORG/NAME")
    config = fetch_hub_file(repository, CONFIG, revision=revision)
    _fetch_one_of(PROCESSORS, repository, config.revision)
    _fetch_one_of(WEIGHTS, repository, config.revision)
    return config.path.parent, {"repository": repository, "revision": config.revision}


def _fetch_one_of(files: tuple[str, ...], repository: str, revision: str) -> None:
    """Fetch the first of `files` that the repository has."""
    for file in files:
        try:
            fetch_hub_file(repository, file, revision=revision)
        except DownloadError:
            if file == files[-1]:
                raise
        else:
            return
