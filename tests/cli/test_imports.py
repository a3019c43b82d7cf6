"""What the quick commands import: neither torch nor pandas."""

from __future__ import annotations

import subprocess
import sys

_SAY = """
import sys
from srlab.cli import main
for words in {commands!r}:
    sys.argv = ["srlab", *words.split()]
    try:
        main()
    except SystemExit as leaving:
        assert not leaving.code, (words, leaving.code)
heavy = {{name.partition(".")[0] for name in sys.modules}}
print("imported:", *sorted(heavy & {{"torch", "pandas", "skimage", "transformers"}}))
"""


def _imported(*commands: str) -> list[str]:
    code = _SAY.format(commands=commands)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()[1:]


def test_help_and_show_import_neither_torch_nor_pandas() -> None:
    lists = ("metrics", "protocols", "benchmarks", "upscalers", "degradations", "recipes")
    shown = [f"show {name}" for name in (*lists, "classifiers")]
    assert _imported("--help", "evaluate --help", *shown) == []


def test_store_info_imports_neither_torch_nor_pandas(evaluated) -> None:
    assert _imported("store info", "store info --json") == []


def test_reading_results_imports_no_torch(evaluated) -> None:
    commands = ("scores", "leaderboard --published", "compare nearest bicubic", "rank -u nearest")
    assert "torch" not in _imported(*commands)


def test_a_complete_evaluation_is_recognised_without_torch(evaluated) -> None:
    assert "torch" not in _imported("evaluate -b photos -u bicubic -u nearest -s 2")
