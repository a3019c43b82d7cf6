"""What a person is told on a terminal: texts of strangers without control characters."""

from __future__ import annotations

import typer

INCOMPLETE = 3
"""The exit code for "done, but something is missing or failed"."""
RULE_BROKEN = 4
"""The exit code of a broken rule of `--fail-if`: the work itself was done."""


def printable(text: str) -> str:
    """`text` on one line, with control characters and lone surrogates written as escapes.

    Names of files come from strangers: an escape sequence in one must not reach the terminal.
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def tell(text: str) -> None:
    """One line on standard error."""
    typer.echo(printable(text), err=True)
