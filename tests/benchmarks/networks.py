"""Evaluating networks: from first job to last row, beside the pure forward and a student's loop.

    python tests/benchmarks/networks.py [IMAGES [UPSCALER ...]]

`srcnn-y` and `edsr-light` (or files of weights) x3 on the first IMAGES (100) of BSD100, psnr, ssim
and sr stored. The pure forward is the same net on the same tensors and nothing else, the better of
one worker with two threads and two workers with one. The student's loop opens with PIL, upscales
one image at a time on all threads, scores with scikit-image and saves a PNG, in a process that
srlab has not set up.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from srlab.errors import Silent
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Resources, run_evaluation
from srlab.image.color import luma
from srlab.image.files import read_image
from srlab.image.resize import upscale
from srlab.nets.blocks import Net
from srlab.nets.recognise import load_net
from srlab.store.store import Store
from srlab.upscale.catalog import describe

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
BSD100 = SHARED / "data" / "benchmarks" / "BSD100"
SCALE, CORES, NETS = 3, 2, ("srcnn-y", "edsr-light")
FOLDER = BSD100 / f"image_SRF_{SCALE}"


def tensors(net: Net, count: int) -> list[torch.Tensor]:
    """What the net is given for each image: lr, or the luma of its bicubic enlargement."""
    made = []
    for path in sorted(FOLDER.glob("*_LR.png"))[:count]:
        lr = read_image(path)
        given = lr if net.enlarges else luma(upscale(lr, SCALE))[..., None]
        planes = np.ascontiguousarray(given, np.float32).transpose(2, 0, 1)[None] / 255
        made.append(torch.from_numpy(planes).contiguous(memory_format=torch.channels_last))
    return made


def forward_seconds(net: Net, given: list[torch.Tensor], *, workers: int) -> float:
    """Seconds an image for the net alone, on `workers` threads that share the cores."""
    remaining, lock = iter(given), threading.Lock()

    def work() -> None:
        torch.set_num_threads(CORES // workers)
        with torch.inference_mode():
            while True:
                with lock:
                    x = next(remaining, None)
                if x is None:
                    return
                net(x)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) / len(given)


class Clock(Silent):
    """A progress that notes when the jobs began."""

    def __init__(self) -> None:
        self.began = 0.0

    def start(self, title: str, total: int) -> None:
        """Jobs begin."""
        del title, total
        self.began = time.perf_counter()

    def warn(self, message: str) -> None:
        """Say it."""
        sys.stderr.write(f"{message}\n")


def evaluate_seconds(name: str, count: int) -> float:
    """Seconds an image from the first job to the last row; nets and kernels are warm."""
    with tempfile.TemporaryDirectory() as folder:
        request = make_request(
            benchmarks=[str(BSD100)], upscalers=[name], scales=[SCALE], limit=count
        )
        clock = Clock()
        run_evaluation(
            request, Store.create(folder), progress=clock, resources=Resources(workers=CORES)
        )
        return (time.perf_counter() - clock.began) / count


def student_seconds(path: Path, count: int) -> float:
    """Seconds an image of the loop that a student writes; the net is warm."""
    torch.set_num_threads(CORES)
    net = load_net(path.read_bytes(), name=path.name, scale=SCALE)
    student_forward(net, np.zeros((100, 100, net.channels), np.float32))
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(FOLDER.glob("*_HR.png"))[:count]:
            hr = Image.open(path).convert("RGB")
            lr = Image.open(str(path).replace("_HR", "_LR")).convert("RGB")
            large = lr.resize(hr.size, Image.Resampling.BICUBIC)
            if net.enlarges:
                sr = student_forward(net, np.asarray(lr, np.float32))
            else:
                y, cb, cr = large.convert("YCbCr").split()
                luma = student_forward(net, np.asarray(y, np.float32)[..., None])
                sr = Image.merge("YCbCr", (Image.fromarray(luma[..., 0]), cb, cr)).convert("RGB")
            a, b = (np.asarray(image, np.float64) @ _Y + 16 for image in (sr, hr))
            a, b = (plane[SCALE:-SCALE, SCALE:-SCALE] for plane in (a, b))
            peak_signal_noise_ratio(b, a, data_range=255)
            structural_similarity(
                b, a, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
            )
            image = sr if isinstance(sr, Image.Image) else Image.fromarray(sr)
            image.save(Path(folder) / path.name)
    return (time.perf_counter() - start) / count


def in_a_fresh_process(path: Path, count: int) -> float:
    """The student's seconds an image, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(student_seconds, path, count).result()


_Y = np.array([65.481, 128.553, 24.966]) / 255


def student_forward(net: Net, levels: np.ndarray) -> np.ndarray:
    """uint8 (H, W, C) out, from grey levels of the same layout."""
    with torch.no_grad():
        x = torch.from_numpy(levels).permute(2, 0, 1).unsqueeze(0) / 255
        y = net(x).clamp(0, 1).squeeze(0).permute(1, 2, 0)
    return (y.numpy() * 255).round().astype(np.uint8)


MOST_OF_FORWARD, LEAST_OF_STUDENT = 1.18, 2.0
"""At most so many times the forward alone, at least so many times as fast as a student."""


def main(count: int, names: Sequence[str]) -> None:
    """Measure each network, twice in turn, and print the better; exit 1 where it is too slow."""
    kept = True
    for name in names:
        path = Path(describe(name, SCALE).source)
        net = load_net(path.read_bytes(), name=path.name, scale=SCALE)
        net = net.to(memory_format=torch.channels_last)  # pyright: ignore
        given = tensors(net, count)
        evaluate_seconds(name, 2)  # first, as in a process that evaluates
        forward_seconds(net, given[:2], workers=1)
        taken: dict[str, list[float]] = {"one": [], "two": [], "ours": [], "student": []}
        for _ in range(2):
            taken["one"].append(forward_seconds(net, given, workers=1))
            taken["two"].append(forward_seconds(net, given, workers=2))
            taken["ours"].append(evaluate_seconds(name, count))
            taken["student"].append(in_a_fresh_process(path, count))
        one, two, ours, student = (1e3 * min(taken[key]) for key in taken)
        sys.stdout.write(
            f"{name} x{SCALE}, ms an image: forward alone {one:.0f} (one worker, two threads), "
            f"{two:.0f} (two workers, one thread); srlab {ours:.0f}, "
            f"ratio {ours / min(one, two):.2f}; a student's loop {student:.0f}, "
            f"ratio {student / ours:.1f}\n"
        )
        kept &= ours / min(one, two) <= MOST_OF_FORWARD and student / ours >= LEAST_OF_STUDENT
    if not kept:
        sys.exit(f"expected at most {MOST_OF_FORWARD} and at least {LEAST_OF_STUDENT}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:] or NETS)
