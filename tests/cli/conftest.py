"""Commands in this process, and where exit codes and streams matter in one of their own."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import srlab
import srlab.cli
from srlab.image.files import write_image

MAIN = "from srlab.cli import main; main()"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    from skimage.data import chelsea

    return np.ascontiguousarray(chelsea()[60:108, 120:180])


@pytest.fixture
def place(tmp_path: Path, photo: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: `photos/` with two pictures, and nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SRLAB_STORE", raising=False)
    monkeypatch.delenv("SRLAB_DEBUG", raising=False)
    _take_photos(tmp_path, photo)
    return tmp_path


def _take_photos(folder: Path, photo: NDArray[np.uint8]) -> None:
    (folder / "photos").mkdir()
    write_image(folder / "photos" / "cat.png", photo)
    write_image(folder / "photos" / "grey_cat.png", photo[..., 0].copy())


@pytest.fixture
def srlab_(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run `srlab …` through `main` in this process; texts are taken apart as a shell does."""
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def run(*texts: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["srlab", *shlex.split(" ".join(texts))])
        capsys.readouterr()
        try:
            srlab.cli.main()
            code = 0
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def process(place: Path) -> Callable[..., Said]:
    """Run `srlab …` in a process of its own."""

    def run(text: str) -> Said:
        command = [sys.executable, "-c", MAIN, *shlex.split(text)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def ready_store(tmp_path_factory: pytest.TempPathFactory, photo: NDArray[np.uint8]) -> Path:
    """A store of bicubic and nearest on the two pictures at scale 2, psnr and ssim."""
    folder = tmp_path_factory.mktemp("evaluated")
    _take_photos(folder, photo)
    srlab.evaluate(
        [str(folder / "photos")], ["bicubic", "nearest"], [2], store=str(folder / "store")
    )
    return folder / "store"


@pytest.fixture
def evaluated(srlab_: Callable[..., Said], ready_store: Path, place: Path) -> Callable[..., Said]:
    """The same `srlab`, beside a store of bicubic and nearest on the two pictures."""
    shutil.copytree(ready_store, place / ".srlab")
    return srlab_
