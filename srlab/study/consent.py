"""A study may come from a stranger: code that it names is run only after somebody agreed to it.

Agreement is to one digest of the code, and is asked for again when any of it changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from srlab.errors import StudyError, UsageError
from srlab.fingerprint import digest, file_digest
from srlab.places import expanded
from srlab.study.read import Study
from srlab.upscale.own_code import is_installed, project_of
from srlab.upscale.typed import parse_upscaler

Ask = Callable[[str], bool]
"""Puts a question to a person; whether the answer was yes."""

MOST_FILES = 5000
_NAMED = 5
_SKIPPED = ("__pycache__", "node_modules", "site-packages", "dist-packages")


class CodeNotAllowedError(StudyError):
    """A study names code that nobody agreed to run."""

    code = "code-not-allowed"


@dataclass(frozen=True, kw_only=True)
class _Code:
    """The code that a study names: how it is named, its Python files, and what stands for it."""

    references: tuple[str, ...]
    files: tuple[Path, ...]
    digest: str


def require_consent(study: Study, *, allow: bool = False, ask: Ask | None = None) -> None:
    """Return where the study runs no code of its own, or somebody agreed to that it has now.

    Agreed is with `allow` (for this time), when `ask` is answered with yes (which is remembered for
    the user, by the digest of the code), or when it was before. Raises CodeNotAllowedError.
    """
    references = code_named(study)
    if not references or allow:
        return
    code = _read(references)
    if code.digest in _agreed():
        return
    if ask is not None and ask(_question(study, code)):
        _remember(code, study)
        return
    raise CodeNotAllowedError(
        f"{study.path} runs code: {_listed(references)}, of {_counted(code.files)}; read it, and "
        "run the study with --allow-code if you trust it"
    )


def code_named(study: Study) -> tuple[str, ...]:
    """The `py:` references of a study, each once."""
    steps = (study.evaluate, study.classify)
    texts = [text for step in steps if step is not None for text in step.upscalers]
    found = (parse_upscaler(text).what for text in texts)
    return tuple(dict.fromkeys(what for what in found if what.startswith("py:")))


def _question(study: Study, code: _Code) -> str:
    return (
        f"{study.path} runs code of its own, {_listed(code.references)}, of "
        f"{_counted(code.files)}. It can do whatever you can. Run it?"
    )


def _read(references: tuple[str, ...]) -> _Code:
    """All Python files that the code named may be made of; nothing is imported.

    Raises CodeNotAllowedError for more files than anybody reads.
    """
    roots: dict[Path, str] = {}
    for reference in references:
        module = reference.removeprefix("py:").partition(":")[0]
        try:
            root = project_of(module)
        except (ImportError, UsageError) as error:
            raise StudyError(
                f"{reference} cannot be had: {error}; the module is looked for in the study's "
                "folder, in the current one and where Python looks"
            ) from error
        if not is_installed(root):
            roots[root] = module
    files = sorted({path for root in roots for path in _sources(root)})
    if len(files) > MOST_FILES:
        raise CodeNotAllowedError(
            f"{_listed(references)} lies among more than {MOST_FILES} Python files ({files[0]} …), "
            "which no digest tells apart in time; --allow-code runs it this once, a folder of its "
            "own lets it be remembered"
        )
    contents = [[str(path), file_digest(path).hex()] for path in files]
    return _Code(
        references=references,
        files=tuple(files),
        digest=digest([list(references), contents]).hex(),
    )


def _sources(root: Path) -> Iterator[Path]:
    """The Python files in `root`, without those of environments, caches and hidden folders."""
    count = 0
    for place, folders, names in os.walk(root):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not (here / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            if name.endswith(".py") and (here / name).is_file():
                yield here / name
                count += 1
        if count > MOST_FILES:
            return


def _listed(references: tuple[str, ...]) -> str:
    return ", ".join(references)


def _counted(files: tuple[Path, ...]) -> str:
    if not files:
        return "installed packages"
    named = ", ".join(str(path) for path in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more Python files" if len(files) > _NAMED else ""
    return f"{named}{more}"


def consent_file() -> Path:
    """Where it is kept what was agreed to: `srlab/allowed-code` in the user's settings."""
    return expanded(os.environ.get("XDG_CONFIG_HOME") or "~/.config") / "srlab" / "allowed-code"


def _agreed() -> set[str]:
    try:
        lines = consent_file().read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    return {line.split()[0] for line in lines if line.strip()}


def _remember(code: _Code, study: Study) -> None:
    """Keep the agreement; where that cannot be, it is asked for again."""
    path = consent_file()
    line = f"{code.digest} {_listed(code.references)} {study.path}".encode("unicode_escape")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line + b"\n")
    except OSError:
        return
