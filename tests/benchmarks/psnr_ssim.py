"""Images per second of PSNR and SSIM on Y, BSD100 x2 with colour conversion, one thread.

    python tests/benchmarks/psnr_ssim.py

The other side is the way of BasicSR's `calculate_psnr` and `calculate_ssim`: two calls, each with
its own conversion, and SSIM by five 11x11 `cv2.filter2D`. The last line compares srlab's values
with scikit-image's, in float64.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from srlab.image.crop import cut_border
from srlab.image.files import read_image
from srlab.image.resize import upscale
from srlab.metrics.channels import to_channel
from srlab.metrics.fidelity import psnr
from srlab.metrics.protocol import Channel, Grey
from srlab.metrics.ssim import ssim

try:
    import cv2
except ModuleNotFoundError:
    sys.stderr.write("this benchmark needs OpenCV: pip install opencv-python-headless\n")
    sys.exit(2)

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
SCALE = 2
ROUNDS = 5

Pair = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Values = tuple[float, float]


def y_channel(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return to_channel(cut_border(pixels, SCALE), channel=Channel.Y, rounded=False, grey=Grey.AS_IS)


def ours(pair: Pair) -> Values:
    sr, hr = (y_channel(pixels) for pixels in pair)
    return psnr(sr, hr), ssim(sr, hr)


def basicsr_y(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    levels = pixels[SCALE:-SCALE, SCALE:-SCALE].astype(np.float32) / 255.0
    if levels.ndim == 3:
        levels = (np.dot(levels, [65.481, 128.553, 24.966]) + 16.0).astype(np.float32) / 255.0
    return (levels * 255.0).astype(np.float64)


def basicsr_psnr(pair: Pair) -> float:
    sr, hr = (basicsr_y(pixels) for pixels in pair)
    return float(10 * np.log10(255.0 * 255.0 / np.mean((sr - hr) ** 2)))


def basicsr_ssim(pair: Pair) -> float:
    sr, hr = (basicsr_y(pixels) for pixels in pair)
    line = cv2.getGaussianKernel(11, 1.5)
    window = np.outer(line, line.transpose())

    def filtered(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return cv2.filter2D(values, -1, window)[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_sr, mean_hr = filtered(sr), filtered(hr)
    variance_sr = filtered(sr**2) - mean_sr**2
    variance_hr = filtered(hr**2) - mean_hr**2
    covariance = filtered(sr * hr) - mean_sr * mean_hr
    structure = (2 * covariance + c2) / (variance_sr + variance_hr + c2)
    luminance = (2 * mean_sr * mean_hr + c1) / (mean_sr**2 + mean_hr**2 + c1)
    return float((luminance * structure).mean())


def basicsr(pair: Pair) -> Values:
    return basicsr_psnr(pair), basicsr_ssim(pair)


def scikit_image(pair: Pair) -> Values:
    sr, hr = (y_channel(pixels) for pixels in pair)
    similarity = structural_similarity(
        sr, hr, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
    )
    return float(peak_signal_noise_ratio(hr, sr, data_range=255)), float(similarity)


def images_per_second(function: Callable[[Pair], Values], pairs: list[Pair], rounds: int) -> float:
    function(pairs[0])
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for pair in pairs:
            function(pair)
        seconds.append(time.perf_counter() - start)
    return len(pairs) / float(np.median(seconds))


def main() -> None:
    cv2.setNumThreads(1)
    folder = SHARED / "data" / "benchmarks" / "BSD100" / "image_SRF_2"
    pairs = [
        (
            upscale(read_image(path.with_name(path.name.replace("_HR", "_LR"))), SCALE),
            read_image(path),
        )
        for path in sorted(folder.glob("*_HR.png"))
    ]
    fast = images_per_second(ours, pairs, ROUNDS)
    slow = images_per_second(basicsr, pairs, 1)
    gaps = {
        other: np.abs([np.subtract(ours(pair), function(pair)) for pair in pairs]).max(axis=0)
        for other, function in {"scikit-image": scikit_image, "BasicSR": basicsr}.items()
    }
    sys.stdout.write(
        f"PSNR + SSIM(Y): srlab {fast:.0f} images/s, BasicSR-style {slow:.0f} images/s, "
        f"ratio {fast / slow:.1f}\n"
    )
    for other, (decibel, similarity) in gaps.items():
        sys.stdout.write(f"largest difference to {other}: {decibel:.1e} dB, {similarity:.1e}\n")


if __name__ == "__main__":
    main()
