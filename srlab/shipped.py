"""Where the files that come with srlab lie: dashboard, checkpoints, the demo study."""

from __future__ import annotations

from pathlib import Path

from srlab.errors import SrlabError


def share_root() -> Path:
    """The folder that holds `dashboard/`, `checkpoints/` and `reports/demo/`.

    In an installed wheel that is `srlab/_share`, in a checkout the project's root.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_share", package.parent):
        if (root / "dashboard" / "app.py").is_file():
            return root
    raise SrlabError(
        f"neither {package / '_share'} nor {package.parent} holds srlab's shipped files; "
        "install srlab again"
    )
