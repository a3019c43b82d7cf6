"""The command line: reads options, calls one function of the library, prints.

`main` is the only way in. Errors that srlab raises on purpose are printed without a traceback and
leave with their exit code; `--debug` shows the traceback.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def main() -> None:
    """Run `srlab`; exit codes are 0, 1, 2, 3 (something is missing), 4 (a rule is broken), 130."""
    from srlab.cli.app import app
    from srlab.cli.terminal import printable
    from srlab.errors import SrlabError
    from srlab.nets.memory import keep_freed_memory

    keep_freed_memory()
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        app()
    except SrlabError as error:
        if os.environ.get("SRLAB_DEBUG"):
            raise
        lines = [f"srlab: {error.code}: {error.args[0]}", *(f"  {one}" for one in error.details)]
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:
            sys.stderr.write("srlab: interrupted; what was finished is kept\n")
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if os.environ.get("SRLAB_DEBUG"):
            raise
        sys.stderr.write(printable(f"srlab: os: {error}") + "\n")
        sys.exit(1)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """A polite kill keeps what is finished, as Ctrl-C does."""
    raise KeyboardInterrupt
