"""The grammar of `-u`: `[LABEL=]WHAT[+ensemble][+replicate][+correct[=T]]`; looks nothing up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from srlab.errors import UsageError
from srlab.upscale.info import REFERENCE

DEFAULT_THRESHOLD = 64
"""Grey levels by which `+correct` lets sr differ from the bilinear image."""

_SUFFIX = r"\+ensemble|\+replicate|\+correct(?:=[0-9]+)?"
_SUFFIXED = re.compile(rf"(?P<core>.+?)(?P<suffix>(?:{_SUFFIX})*)")
_NAMED = re.compile(r"([^=/\\:]*)=(.+)")
TAKEN = (REFERENCE, "original", "small")
"""What stands beside upscalers in tables: the reference, and what a classifier saw before them."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed: a label (given, or made from `what`), what it is, and what comes behind."""

    label: str
    what: str
    ensemble: bool = False
    replicate: bool = False
    correct: int | None = None


def parse_upscaler(text: str) -> Typed:
    """The parts of `text`. Raises UsageError for a label or a threshold that cannot be."""
    core, suffix = split_suffix(text)
    named = _NAMED.fullmatch(core)
    what = named[2] if named else core
    label = _checked(named[1]) if named else _default_label(what)
    threshold = re.search(r"\+correct(?:=([0-9]+))?", suffix)
    correct = int(threshold[1] or DEFAULT_THRESHOLD) if threshold else None
    if correct is not None and not 1 <= correct <= 254:
        raise UsageError(f"+correct={correct} is no threshold; expected 1 to 254 grey levels")
    return Typed(
        label=label if named else f"{label}{suffix}".replace("=", "")[:64],
        what=what,
        ensemble="+ensemble" in suffix,
        replicate="+replicate" in suffix,
        correct=correct,
    )


def split_suffix(text: str) -> tuple[str, str]:
    """What comes before `+ensemble` and the like, and these. Raises UsageError for nothing."""
    match = _SUFFIXED.fullmatch(text)
    if match is None:
        raise UsageError("an upscaler was named by nothing at all; expected -u bicubic, say")
    return match["core"], match["suffix"]


def _checked(label: str) -> str:
    if not _LABEL.fullmatch(label) or label in TAKEN:
        raise UsageError(
            f"{label[:40]!r} cannot be an upscaler's label; letters, digits and . _ + - are "
            f"allowed, 64 at most, and {', '.join(TAKEN)} are taken"
        )
    return label


def _default_label(what: str) -> str:
    """The last part of a path, hub name or factory, without the ending of a weights file."""
    kind, colon, rest = what.partition(":")
    if colon and kind in ("hf", "py", "outputs"):
        name = rest.replace(":", "-") if kind == "py" else PurePath(rest).name
    else:
        name = PurePath(what).stem if "." in what else what
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", name).strip("-.+_")[:64] or "unnamed"
