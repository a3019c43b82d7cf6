"""Puts trained weights into this folder under their shipped names: `ship.py TRAININGS`.

TRAININGS is the folder that holds the trainings, each as `srlab train RECIPE --out` left it
(`TRAININGS/RECIPE/RECIPE.safetensors`). What is not there yet is left out and named. The weights
are copied bit for bit; licence and cost are added to what the header says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from srlab.nets.checkpoint import read_weights, read_weights_file
from srlab.nets.header import read_header
from srlab.nets.recognise import load_net
from srlab.nets.save import write_checkpoint
from srlab.upscale.facts import net_facts
from srlab.upscale.shipped_nets import SHIPPED, ShippedNet

LICENCE = "MIT"


def main(trainings: Path) -> None:
    """Ship every network that is there."""
    for net in SHIPPED:
        for scale in net.scales:
            recipe = net.recipe.format(scale=scale)
            trained = trainings / recipe / f"{recipe}.safetensors"
            said = ship(net, scale, trained) if trained.is_file() else f"no {trained.name}"
            sys.stdout.write(f"{net.name} x{scale}: {said}\n")


def ship(net: ShippedNet, scale: int, trained: Path) -> str:
    """Copy one file; what was done, in words."""
    content = read_weights_file(trained)
    header = read_header(content, name=trained.name)
    if header is None or header.spec.scale != scale:
        raise SystemExit(f"{trained} is no x{scale} checkpoint of srlab's")
    cost = net_facts(load_net(content, name=trained.name), scale)
    facts = {**header.facts, "licence": LICENCE, "cost": cost}
    weights = read_weights(content, name=trained.name)
    write_checkpoint(net.path(scale), header.spec, weights, facts=facts)
    return f"epoch {header.facts['epoch']}, {header.facts['psnr']} dB on its validation images"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
