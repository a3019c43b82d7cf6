"""The worst difference of each number to its witness, over the whole pipeline; needs ../shared.

Evaluates Set5, Set14 and BSD100 (x2, x3, x4) into a fresh store and holds what is read back from it
against the reference tables. The same checks are tests; this prints how close they come.
"""

from __future__ import annotations

import csv
import os
import tempfile
from pathlib import Path

import numpy as np
from skimage.metrics import structural_similarity

from srlab.analysis.frames import scores
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.image.crop import cut_border
from srlab.image.files import read_image
from srlab.image.resize import Edge, downscale, upscale
from srlab.metrics.channels import to_channel
from srlab.metrics.lpips import lpips_squeeze
from srlab.metrics.protocol import Channel, Grey
from srlab.metrics.ssim import ssim
from srlab.store.store import Store

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
SETS = ("Set5", "Set14", "BSD100")


def main() -> None:
    """Print one line per check."""
    if not (SHARED / "data").is_dir():
        raise SystemExit(f"needs the benchmark images of {SHARED}; name them with SRLAB_SHARED")
    pairs, unequal = compare_lr_files()
    print(f"imresize: {unequal} unequal pixels in {pairs} lr files")
    print(f"ssim against scikit-image, Set14 x3: {compare_ssim():.1e}")
    with tempfile.TemporaryDirectory() as folder:
        store = evaluate(Path(folder) / "store")
        compare_tables(store)
        compare_srcnn(store)
    os.environ["TORCH_HOME"] = str(SHARED / "weights" / "torch")
    for name, printed in (("ex_p0", 0.7112), ("ex_p1", 0.1479)):
        pair = [read_image(SHARED / f"data/lpips_pairs/{n}.png") for n in (name, "ex_ref")]
        value = lpips_squeeze(pair[0], pair[1])
        print(f"lpips-squeeze {name}: {value:.5f}, {abs(value - printed):.0e} off {printed}")


def lr_pairs(benchmark: str, scale: int) -> list[tuple[Path, Path]]:
    """(hr, lr) files."""
    folder = SHARED / "data/benchmarks" / benchmark / f"image_SRF_{scale}"
    return [
        (hr, hr.with_name(hr.name.replace("_HR", "_LR"))) for hr in sorted(folder.glob("*_HR.png"))
    ]


def compare_lr_files() -> tuple[int, int]:
    """(files, pixels that differ) of lr made here and by MATLAB."""
    files = unequal = 0
    for benchmark in SETS:
        for scale in (2, 3, 4):
            for hr, lr in lr_pairs(benchmark, scale):
                made = downscale(read_image(hr), scale, edge=Edge.REPLICATE)
                unequal += int((made != read_image(lr)).sum())
                files += 1
    return files, unequal


def compare_ssim() -> float:
    """The worst difference of an image's luma SSIM."""
    worst = 0.0
    for hr_file, lr_file in lr_pairs("Set14", 3):
        sr, hr = (
            to_channel(cut_border(x, 3), channel=Channel.Y, rounded=False, grey=Grey.AS_IS)
            for x in (upscale(read_image(lr_file), 3), read_image(hr_file))
        )
        full = structural_similarity(
            hr,
            sr,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            full=True,
        )[1]
        worst = max(worst, abs(ssim(sr, hr) - float(full[5:-5, 5:-5].mean())))
    return worst


def evaluate(root: Path) -> Store:
    """Bicubic everywhere, SRCNN on Set5 x3, from the given lr; both also under srcnn-pytorch."""
    store = Store.create(root)
    sets = [str(SHARED / "data/benchmarks" / name) for name in SETS]
    protocols = ["paper-y", "matlab-y"]
    request = make_request(
        benchmarks=sets, upscalers=["bicubic"], scales=[2, 3, 4], protocols=protocols
    )
    run_evaluation(request, store)
    weights = f"srcnn={SHARED / 'weights/srcnn_955_y_x3.pth'}"
    set5 = {"benchmarks": sets[:1], "scales": [3]}
    run_evaluation(make_request(**set5, upscalers=[weights]), store)
    both = ["bicubic", weights]
    run_evaluation(make_request(**set5, upscalers=both, protocols=["srcnn-pytorch"]), store)
    return store


def compare_tables(store: Store) -> None:
    """Every image under matlab-y and paper-y against the reference tables."""
    for protocol, file, only in (
        ("matlab-y", "selfexsr_per_image.csv", {"method": "Bicubic"}),
        ("paper-y", "bicubic_per_image.csv", {}),
    ):
        with (SHARED / "reference" / file).open() as rows:
            witness = {
                (row["dataset"].lower(), row["image"], int(row["scale"]), metric): float(
                    row[metric]
                )
                for row in csv.DictReader(rows)
                if only.items() <= row.items()
                for metric in ("psnr", "ssim")
            }
        frame = scores(store, protocols=[protocol], upscalers=["bicubic"])
        found = frame.set_index(["benchmark", "sample", "scale", "metric"])["value"]
        for metric in ("psnr", "ssim"):
            off = [abs(found[key] - value) for key, value in witness.items() if key[3] == metric]
            print(f"{protocol} {metric} of {len(off)} images against {file}: {np.max(off):.1e}")


def compare_srcnn(store: Store) -> None:
    """The published weights on Set5 x3, and bicubic as their code has it."""
    for protocol, upscaler, known in (
        ("paper-y", "srcnn", 32.6705),
        ("srcnn-pytorch", "srcnn", 32.645),
        ("srcnn-pytorch", "bicubic", 30.439),
    ):
        frame = scores(
            store,
            benchmarks=["set5"],
            scales=[3],
            upscalers=[upscaler],
            metrics=["psnr"],
            protocols=[protocol],
        )
        mean = frame["value"].mean()
        off = f"{abs(mean - known):.0e} off {known}"
        print(f"{upscaler} x3 on Set5 under {protocol}: {mean:.4f} dB, {off}")


if __name__ == "__main__":
    main()
