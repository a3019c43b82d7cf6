"""The built wheel works outside the checkout: commands, embedded set, demo, report, app files."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where nothing else lies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), "."]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def srlab(installed: Path, cwd: Path, *arguments: str) -> str:
    script = "import sys; sys.path.insert(0, sys.argv.pop(1)); from srlab.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, str(installed), *arguments],
        cwd=cwd,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_nothing_called_dashboard_lands_beside_srlab(installed: Path) -> None:
    assert sorted(p.name for p in installed.iterdir() if not p.name.endswith("dist-info")) == [
        "srlab"
    ]
    assert (installed / "srlab/_share/dashboard/app.py").is_file()


def test_only_the_study_and_its_rows_are_shipped_of_the_demo(installed: Path) -> None:
    shipped = {path.name for path in (installed / "srlab/_share/reports/demo").iterdir()}
    assert shipped == {"study.toml", "lpips-squeeze.csv", "README.md", "make_rows.py"}


def test_the_installed_program_evaluates_and_reports(installed: Path, tmp_path: Path) -> None:
    srlab(installed, tmp_path, "evaluate", "-b", "skimage", "-u", "bicubic", "-s4", "--limit", "2")
    answer = srlab(installed, tmp_path, "leaderboard", "--format", "csv")
    assert answer.count("\n") == 3
    assert "skimage,4,matlab-bicubic,,bicubic,psnr,paper-y," in answer
    written = srlab(installed, tmp_path, "report", ".srlab", "-o", "out", "--format", "pdf")
    assert "report.pdf" in written
    assert (tmp_path / "out/report.pdf").read_bytes().startswith(b"%PDF")


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import srlab.shipped as s; print(s.share_root())"
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"import sys; sys.path.insert(0, {str(installed)!r}); {script}",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == installed / "srlab" / "_share"
