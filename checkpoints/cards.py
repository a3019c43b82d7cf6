"""Writes the model cards of the shipped networks, and the README's table of them.

`cards.py BENCHMARKS [STORE]` scores every shipped network on Set5, Set14 and BSD100 (folders of
`image_SRF_2|3|4`) under `paper-y`, all of it or what STORE has not yet; what a training was, its
checkpoint's header tells. The same figures come from `srlab evaluate -b BENCHMARKS/Set5 -u srcnn-y
-s 2` and `srlab leaderboard`.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

import srlab
from srlab.analysis.published import published
from srlab.nets.header import Header, read_header_file
from srlab.train.recipe import find_recipe
from srlab.upscale.shipped_nets import SHIPPED, ShippedNet

SETS = ("Set5", "Set14", "BSD100")
BESIDE = {
    "srcnn-y": ("SRCNN",),
    "srcnn-rgb": ("SRCNN",),
    "cnn3": ("SRCNN",),
    "srresnet-light": ("VDSR", "SRResNet"),
    "edsr-light": ("VDSR", "EDSR-baseline"),
}
"""Published nets whose scores stand beside ours."""
CORRECTED = ("edsr-light",)
"""Scored with `+correct` too, as the course scored its own."""
_CORRECT = "`+correct` replaces every pixel that is more than 64 levels off the bilinear image."
_MARKS = re.compile(r"(<!-- shipped -->\n).*?(<!-- /shipped -->)", re.DOTALL)


def main(benchmarks: Path, store: str | None = None) -> None:
    """Score everything, then write the cards and the table."""
    with tempfile.TemporaryDirectory() as folder:
        ours = scores(benchmarks, store or folder)
    papers = published(metrics=["psnr", "ssim"], protocols=["paper-y"])
    for net in SHIPPED:
        text = card(net, ours, papers)
        if net.name == "cnn3":
            text += course_claim(benchmarks)
        net.card.write_text(text, encoding="utf-8")
    readme = Path(__file__).parents[1] / "README.md"
    text = readme.read_text(encoding="utf-8")
    table = overview(ours, papers)
    readme.write_text(_MARKS.sub(lambda found: f"{found[1]}{table}{found[2]}", text))


def scores(benchmarks: Path, store: str) -> pd.DataFrame:
    """Means under paper-y: benchmark, scale, upscaler, metric, mean."""
    corrected = [f"{name}+correct" for name in SHIPPED.names() if name in CORRECTED]
    names = ["bicubic", *SHIPPED.names(), *corrected]
    sets = [str(benchmarks / name) for name in SETS]
    srlab.evaluate(sets, names, scales=[2, 3, 4], metrics=["psnr", "ssim"], store=store)
    return srlab.leaderboard(store, metrics=["psnr", "ssim"])


def card(net: ShippedNet, ours: pd.DataFrame, papers: pd.DataFrame) -> str:
    """The card of one network, all its scales."""
    headers = {scale: _header(net, scale) for scale in net.scales}
    lines = [
        f"# {net.name}",
        "",
        f"{net.title}. `srlab evaluate -u {net.name} …`; the files are "
        + ", ".join(f"`{net.path(scale).name}`" for scale in net.scales)
        + ".",
        "",
        "## Scores",
        "",
        "PSNR in dB and SSIM, means over the images, under `paper-y` (luma, border = scale, lr as "
        "the sets bring it)." + (f" {_CORRECT}" if net.name in CORRECTED else ""),
        "",
        *_scores(net, ours, papers),
        "",
        "## Training",
        "",
        *_training(headers),
        "",
        *dict.fromkeys(_circumstances(header.facts) for header in headers.values()),
        "",
        *_changes(net),
        "Licence of the weights: MIT. The training images are public research sets (T91, BSDS200, "
        "General100) and do not come along.",
        "",
    ]
    return "\n".join(lines)


def overview(ours: pd.DataFrame, papers: pd.DataFrame) -> str:
    """The README's table: Set5's mean PSNR of ours, among published ones."""
    rows = [("bicubic", "", _means(ours, "bicubic"))]
    rows += [(f"`{net.name}`", "", _means(ours, net.name)) for net in SHIPPED]
    for name in ("SRCNN", "VDSR", "EDSR-baseline"):
        found = papers[papers["upscaler"] == name]
        rows.append((name, str(found["citation"].iloc[0]), _means(papers, name)))
    lines = ["| | ×2 | ×3 | ×4 | |", "| --- | ---: | ---: | ---: | --- |"]
    lines += [
        f"| {name} | {' | '.join(means.get(scale, '') for scale in (2, 3, 4))} | {source} |"
        for name, source, means in rows
    ]
    return "\n".join(lines) + "\n"


def course_claim(benchmarks: Path) -> str:
    """On how many images the course's claim holds: RMSE below nearest, bilinear and bicubic."""
    sets = [str(benchmarks.parent / "faces"), str(benchmarks / "Set14")]
    names = ["nearest", "bilinear", "bicubic", "cnn3"]
    with tempfile.TemporaryDirectory() as store:
        rows = srlab.evaluate(
            sets, names, [2], metrics=["rmse"], protocols=["full-rgb"], store=store
        )
    table = rows.pivot_table(index=["benchmark", "sample"], columns="upscaler", values="value")
    wins = (table["cnn3"] < table[names[:3]].min(axis=1)).groupby("benchmark").agg(["sum", "count"])
    faces, set14 = wins.loc["faces"], wins.loc["set14"]
    return (
        "\nThe course found its RMSE below nearest, bilinear and bicubic on every face, and that "
        "it carries over to buildings. Here (RMSE over RGB, `full-rgb`, trained on no faces) that "
        f"holds on {faces['sum']} of {faces['count']} aligned faces (CelebA, 178x218) and on "
        f"{set14['sum']} of {set14['count']} images of Set14.\n"
    )


def _means(frame: pd.DataFrame, name: str) -> dict[int, str]:
    chosen = frame[
        (frame["upscaler"] == name) & (frame["benchmark"] == "set5") & (frame["metric"] == "psnr")
    ]
    return {int(row["scale"]): f"{row['mean']:.2f}" for _, row in chosen.iterrows()}


def _scores(net: ShippedNet, ours: pd.DataFrame, papers: pd.DataFrame) -> list[str]:
    lines = [f"| | {' | '.join(SETS)} |", f"| --- |{' --- |' * len(SETS)}"]
    for scale in net.scales:
        corrected = [f"{net.name}+correct"] if net.name in CORRECTED else []
        rows = [(name, ours) for name in ("bicubic", net.name, *corrected)]
        for name, frame in [*rows, *((name, papers) for name in BESIDE[net.name])]:
            cells = [_cell(frame, name, benchmark.lower(), scale) for benchmark in SETS]
            shown = f"**{name}**" if name == net.name else name
            paper = " (published)" if frame is papers else ""
            if any(cells):
                lines.append(f"| ×{scale} {shown}{paper} | {' | '.join(cells)} |")
    return lines


def _cell(frame: pd.DataFrame, name: str, benchmark: str, scale: int) -> str:
    chosen = frame[
        (frame["upscaler"] == name) & (frame["benchmark"] == benchmark) & (frame["scale"] == scale)
    ].set_index("metric")["mean"]
    texts = [f"{chosen[metric]:.{digits}f}" for metric, digits in _DIGITS if metric in chosen]
    return " / ".join(texts)


_DIGITS = (("psnr", 2), ("ssim", 4))


def _training(headers: dict[int, Header]) -> list[str]:
    lines = [
        "| | recipe | started from | best epoch | steps | hours | parameters "
        "| multiply-adds, 720p |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for scale, header in headers.items():
        facts: Any = header.facts
        cells = [
            f"×{scale}",
            f"`{facts['recipe']['name']}`",
            facts["started_from"].partition(".safetensors")[0] or "fresh weights",
            f"{facts['epoch']} of {facts['recipe']['training']['epochs']}",
            f"{facts['steps']:,}".replace(",", " "),
            f"{facts['seconds'] / 3600:.1f}",
            f"{facts['cost']['parameters']:,}".replace(",", " "),
            f"{facts['cost']['macs_hd'] / 1e9:.1f} G",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _circumstances(facts: Any) -> str:
    """Which images, which seed, where."""
    return (
        f"Images: {facts['data']['images']} of {', '.join(facts['recipe']['data']['folders'])}; "
        f"held out to tell the best epoch: {', '.join(facts['data']['held_out'])}. None of the "
        f"scored sets was trained on. Seed {facts['recipe']['training']['seed']}, "
        f"{facts['threads']} thread, {facts['hardware']}, torch {facts['versions']['torch']}."
    )


def _changes(net: ShippedNet) -> list[str]:
    """What the recipe of each scale says of itself; said once where several say the same."""
    told: dict[str, list[str]] = {}
    for scale in net.scales:
        words = " ".join(find_recipe(net.recipe.format(scale=scale)).changed.split())
        told.setdefault(words, []).append(f"×{scale}")
    alone = len(told) == 1
    return [
        line
        for words, scales in told.items()
        for line in (words if alone else f"{', '.join(scales)}: {words}", "")
    ]


def _header(net: ShippedNet, scale: int) -> Header:
    header = read_header_file(net.path(scale))
    if header is None:
        raise SystemExit(f"{net.path(scale)} is no checkpoint of srlab's")
    return header


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
