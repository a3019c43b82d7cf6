"""`python -m dashboard [--store S] [--port N]`: serve the app until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from dashboard.server import PORT, serve
from srlab.errors import SrlabError
from srlab.store.store import default_store


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(
        prog="dashboard", description="Serve the srlab dashboard on 127.0.0.1."
    )
    parser.add_argument(
        "--store",
        type=Path,
        default=default_store(),
        help="the store to show (default: SRLAB_STORE, else .srlab in this folder)",
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"port to listen on (default: {PORT}; 0: any free)"
    )
    options = parser.parse_args()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            serve(options.store, port=options.port)
    except SrlabError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
