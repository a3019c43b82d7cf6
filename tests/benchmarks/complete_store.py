"""How fast a complete store of 10 000 scores is recognised, from the shell, without torch.

The peer is what a script without an index does first: decode every image of the set again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from srlab.data.embedded import embedded_images
from srlab.image.files import read_image, write_image

SAMPLES, UPSCALERS, METRICS = 1250, ("nearest", "bilinear", "bicubic", "lanczos"), ("psnr", "ssim")


def main() -> None:
    """Evaluate 1250 crops once, then time the second call."""
    with tempfile.TemporaryDirectory() as folder:
        crops, store = Path(folder) / "crops", Path(folder) / "store"
        make_crops(crops)
        options = [f"-u{name}" for name in UPSCALERS] + [f"-m{name}" for name in METRICS]
        command = [sys.executable, "-X", "importtime", "-c", "from srlab.cli import main; main()"]
        command += ["evaluate", "-b", str(crops), "-s2", *options, "--store", str(store)]
        first, _ = timed(command)
        timed(command)
        seconds, answer = timed(command)
        start = time.perf_counter()
        for path in sorted(crops.iterdir()):
            read_image(path)
        decoding = time.perf_counter() - start
        print(answer.stdout.strip())
        print(f"first call {first:.2f} s, complete store recognised in {seconds:.2f} s")
        print(f"torch imported: {'torch' in imported(answer.stderr)}")
        print(f"decoding the {SAMPLES} small images again alone takes {decoding:.2f} s")


def make_crops(folder: Path) -> None:
    """`SAMPLES` crops of real pictures, 64 x 64."""
    folder.mkdir()
    picture = read_image(embedded_images()["astronaut"])
    rng = np.random.default_rng(0)
    for number in range(SAMPLES):
        top, left = rng.integers(0, 448, 2)
        write_image(folder / f"crop_{number:04}.png", picture[top : top + 64, left : left + 64])


def timed(command: list[str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Seconds of a command that must succeed, and what it said."""
    start = time.perf_counter()
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, answer


def imported(report: str) -> set[str]:
    """Top-level names of `-X importtime`'s report."""
    names = (line.rsplit("|", 1)[-1].strip() for line in report.splitlines() if "|" in line)
    return {name.split(".")[0] for name in names}


if __name__ == "__main__":
    main()
