"""Reads a TOML file that a stranger may have written: bounded, and with every key known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from srlab.errors import UsageError

MAX_BYTES = 1 << 20


def read_toml(path: Path, *, noun: str, error: type[UsageError]) -> dict[str, Any]:
    """What the file at `path` says; `error` where it cannot be read, is too large, or no TOML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"{path} has over {MAX_BYTES} bytes; a {noun} is a page of TOML")
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        if "\\x00" in repr(facts):
            raise error(f"{path} holds a null character; no name or path may")
        return facts
    except error:
        raise
    except OSError as caught:
        raise error(f"the {noun} {path} cannot be read: {caught.strerror}") from caught
    except (ValueError, RecursionError) as caught:  # also of numbers too long, tables too deep
        raise error(f"{path} is not TOML: {str(caught)[:200]}") from caught


def check_keys(
    table: Mapping[str, Any], known: Iterable[str], *, place: str, error: type[UsageError]
) -> None:
    """Raise `error`, with "did you mean", for the first key of `table` that is not `known`."""
    names = sorted(known)
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise error(f"{place} has an unknown key {key!r}; {hint}known are {', '.join(names)}")
