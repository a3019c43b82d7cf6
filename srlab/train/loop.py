"""The training loop: read it from top to bottom. It is the same on one CPU and on many GPUs.

Several GPUs or nodes are accelerate's launcher: `accelerate launch --num_processes 4 -m srlab.cli
train RECIPE` starts this loop once per process; each draws its own batches, `backward` averages
their gradients, and the first process alone validates and writes.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import nn

from srlab.errors import DivergedError, Progress, Silent
from srlab.fingerprint import file_digest
from srlab.nets.blocks import Net
from srlab.nets.header import write_checkpoint
from srlab.store.store import Store
from srlab.train.batches import Batches, open_batches
from srlab.train.judge import Judge
from srlab.train.optimise import (
    LOSSES,
    blend,
    find_start,
    make_optimizer,
    rate_at,
    set_rates,
    starting_net,
)
from srlab.train.pairs import training_files
from srlab.train.provenance import Provenance
from srlab.train.recipe import Precision, Recipe
from srlab.train.resume import Keeper, Place, Weights, alone, follows, launched
from srlab.upscale.device import pick_device

_LOOK_EVERY = 20
"""Steps between looks at the loss: each makes a GPU wait."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training left: its best and its last checkpoint, and how good the best is."""

    best: Path
    last: Path
    psnr: float
    epoch: int
    seconds: float


@dataclass(kw_only=True)
class _Training:
    """All that one training holds in its hands."""

    recipe: Recipe
    out: Path
    store: Store | None
    progress: Progress
    accelerator: Accelerator
    batches: Batches
    judge: Judge
    provenance: Provenance
    net: Net
    model: nn.Module
    optimizer: torch.optim.Optimizer
    average: Weights
    place: Place
    keeper: Keeper

    def save(self) -> None:
        """Keep everything from which the training can go on."""
        if self.accelerator.is_main_process:
            parts = {"net": self.net.state_dict(), "average": self.average}
            self.keeper.save(self.place, {**parts, "optimizer": self.optimizer.state_dict()})


def train(
    recipe: Recipe,
    *,
    out: Path,
    store: Store | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Trained:
    """Train as `recipe` says, in the folder `out`; go on where an earlier call was interrupted.

    After each epoch the validation PSNR goes to the store's history, the weights to
    `<name>-last.safetensors`, and to `<name>.safetensors` where they are the best so far. Raises
    DivergedError where the loss is no number any more; what was saved before stays.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(recipe.training.threads or threads)
    progress = progress if progress and not follows() else Silent()
    try:
        with alone(out):
            training = _begin(recipe, out, store, device=device, progress=progress)
            while training.place.epoch < recipe.training.epochs:
                _train_epoch(training)
                _end_epoch(training)
            training.accelerator.wait_for_everyone()
            training.accelerator.end_training()
    finally:
        torch.set_num_threads(threads)
        progress.finish()
    place = training.place
    return Trained(
        best=_best(training),
        last=_last(training),
        psnr=place.best,
        epoch=place.best_epoch,
        seconds=place.seconds,
    )


def _begin(
    recipe: Recipe, out: Path, store: Store | None, *, device: str, progress: Progress
) -> _Training:
    """Images, net and optimiser, as the recipe says or as an earlier call left them."""
    accelerator = _accelerator(device, recipe.training.precision)
    files = training_files(recipe)
    judge = Judge(recipe, files, accelerator.device)
    with accelerator.main_process_first():
        batches = open_batches(
            recipe, files, out, progress=progress, processes=accelerator.num_processes
        )
    keeper = Keeper(out, recipe)
    place, net, optimizer, average = _start_or_go_on(recipe, keeper, progress)
    model, optimizer = accelerator.prepare(net, optimizer)
    return _Training(
        recipe=recipe,
        out=out,
        store=store,
        progress=progress,
        accelerator=accelerator,
        batches=batches,
        judge=judge,
        provenance=Provenance(recipe, files, accelerator.device),
        net=net,
        model=model,
        optimizer=optimizer,
        average={name: value.to(accelerator.device) for name, value in average.items()},
        place=place,
        keeper=keeper,
    )


def _start_or_go_on(
    recipe: Recipe, keeper: Keeper, progress: Progress
) -> tuple[Place, Net, torch.optim.Optimizer, Weights]:
    """Place, net, optimiser and average of the weights, at the beginning or as they were kept."""
    kept = keeper.load(progress)
    start = find_start(recipe, keeper.out) if kept is None else None
    net = starting_net(recipe, start, progress)
    net = net.to(memory_format=torch.channels_last)  # pyright: ignore
    optimizer = make_optimizer(recipe, net)
    if kept is None:
        origin = f"{start.name} {file_digest(start).hex()}" if start else ""
        average = {name: value.clone() for name, value in net.state_dict().items()}
        return Place(started_from=origin), net, optimizer, average
    place, parts = kept
    net.load_state_dict(parts["net"])
    optimizer.load_state_dict(parts["optimizer"])
    return place, net, optimizer, parts["average"]


def _train_epoch(training: _Training) -> None:
    """The epoch's steps that are still to be done."""
    t, wish, place = training, training.recipe.training, training.place
    steps, measure = t.batches.steps_per_epoch, LOSSES[wish.loss]
    running = torch.tensor(place.loss, device=t.accelerator.device)
    t.progress.start(f"epoch {place.epoch + 1}/{wish.epochs}", steps - place.step)
    t.model.train()
    clock, note = time.perf_counter(), ""
    while place.step < steps:
        done = place.epoch * steps + place.step
        set_rates(t.optimizer, rate_at(wish, done, steps), wish.tail_rate)
        x, y = _next_batch(t)
        loss = measure(t.model(x), y)
        t.accelerator.backward(loss)
        if wish.clip:
            t.accelerator.clip_grad_norm_(t.model.parameters(), wish.clip)
        t.optimizer.step()
        t.optimizer.zero_grad()
        blend(t.average, t.net, wish.average, step=done)
        running += loss.detach()
        place.step += 1
        if place.step % _LOOK_EVERY == 0 or place.step == steps:
            note = f"loss {float(loss.detach()):.5f}"
            place.loss = _finite(float(running), t)
            now = time.perf_counter()
            place.epoch_seconds, clock = place.epoch_seconds + now - clock, now
            if t.keeper.due or place.step == steps:
                t.save()
        t.progress.advance(note)
    t.progress.finish()


def _end_epoch(training: _Training) -> None:
    """Judge the weights, keep them, write the history's row, and begin the next epoch."""
    t, place, recipe = training, training.place, training.recipe
    steps = t.batches.steps_per_epoch
    if t.accelerator.is_main_process:
        start = time.perf_counter()
        weights = t.average if recipe.training.average else t.net.state_dict()
        psnr = t.judge.psnr(weights)
        place.epoch += 1
        place.seconds += place.epoch_seconds + time.perf_counter() - start
        rate = rate_at(recipe.training, place.epoch * steps - 1, steps)
        row = t.provenance.row(place, steps=steps, psnr=psnr, rate=rate)
        facts = t.provenance.facts(place, steps=steps, psnr=psnr)
        write_checkpoint(_last(t), recipe.net, weights, facts=facts)
        if psnr > place.best:
            place.best, place.best_epoch = psnr, place.epoch
            write_checkpoint(_best(t), recipe.net, weights, facts=facts)
        if t.store is not None:
            t.store.append("history", [row])
    else:
        place.epoch += 1
    place.step, place.loss, place.epoch_seconds = 0, 0.0, 0.0
    t.save()
    t.accelerator.wait_for_everyone()


def _next_batch(training: _Training) -> tuple[torch.Tensor, torch.Tensor]:
    """The batch of this place on the device, in [0, 1], channels last."""
    t, place = training, training.place
    batch = t.batches.batch(place.epoch, place.step, t.accelerator.process_index)
    x, y = (
        torch.from_numpy(side).to(t.accelerator.device).permute(0, 3, 1, 2).float() / 255
        for side in batch
    )
    return x, y


def _finite(running: float, training: _Training) -> float:
    if math.isfinite(running):
        return running
    place, wish = training.place, training.recipe.training
    raise DivergedError(
        f"{training.recipe.name}: the loss became {running} in epoch {place.epoch + 1}, by step "
        f"{place.step}; lower [training] rate ({wish.rate:g}), set clip, or add warmup_steps, and "
        f"train in a new folder. The best epoch so far is {place.best_epoch or 'none'}"
    )


def _accelerator(device: str, precision: Precision) -> Accelerator:
    """Accelerate on the device asked for; its one state per process is made anew for each call."""
    on = pick_device(device)
    if on.type == "cuda" and on.index is not None:
        torch.cuda.set_device(on)
    if not launched():
        AcceleratorState._reset_state(True)
    mixed = "bf16" if precision is Precision.BF16 else "no"
    return Accelerator(cpu=on.type == "cpu", mixed_precision=mixed)


def _best(training: _Training) -> Path:
    return training.out / f"{training.recipe.name}.safetensors"


def _last(training: _Training) -> Path:
    return training.out / f"{training.recipe.name}-last.safetensors"
