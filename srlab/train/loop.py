"""The training loop: read it from top to bottom. It is the same on one CPU and on many GPUs.

What an upscaler and a classifier do each in their own way is the recipe's `Task`: its batches,
net, loss, judge, and the files that are left.

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

from srlab.errors import Progress, Silent, TrainingError
from srlab.fingerprint import digest, file_digest
from srlab.nets.device import pick_device
from srlab.nets.memory import keep_freed_memory
from srlab.store.store import Store
from srlab.train.divergence import diverged, require_finite, require_sound
from srlab.train.optimisation import Precision
from srlab.train.optimise import blend, make_optimizer, rate_at, seed_step, set_rates
from srlab.train.peak import forget_peak
from srlab.train.place import STATE, Place
from srlab.train.provenance import Provenance
from srlab.train.recipe import Recipe
from srlab.train.resume import Keeper, Kept, Weights, alone, follows, launched
from srlab.train.task import Task, check_start, open_task
from srlab.train.trained import Trained, best_of, complete, last_of, left_by
from srlab.train.verdict import Verdict

_LOOK_EVERY = 20
"""Steps between looks at the loss: each makes a GPU wait."""
_PATIENCE_SECONDS = 3.0
"""Judging that takes longer shows how far it came."""


@dataclass(kw_only=True)
class _Training:
    """All that one training holds in its hands."""

    recipe: Recipe
    out: Path
    store: Store | None
    progress: Progress
    accelerator: Accelerator
    task: Task
    provenance: Provenance
    net: nn.Module
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

    After each epoch the score on the validation images goes to the store's history, the weights to
    `<name>-last`, and to `<name>` where they are the best so far: `.safetensors` of an upscaler, a
    folder in Hugging Face format of a classifier. Raises DivergedError where the loss is no number
    any more; what was saved before stays.
    """
    keep_freed_memory()
    threads = torch.get_num_threads()
    torch.set_num_threads(recipe.training.threads or threads)
    progress = progress if progress and not follows() else Silent()
    try:
        with alone(out):
            keeper = Keeper(out, recipe)
            kept = keeper.load(progress)
            if kept is not None and kept[0].epoch >= recipe.training.epochs:
                return complete(recipe, out, kept[0])
            training = _begin(recipe, keeper, kept, store=store, device=device, progress=progress)
            if training.place.fresh_start:
                _judge(training, epoch=0)
            while training.place.epoch < recipe.training.epochs:
                _train_epoch(training)
                _end_epoch(training)
            training.accelerator.wait_for_everyone()
            training.accelerator.end_training()
    finally:
        torch.set_num_threads(threads)
        progress.finish()
    return left_by(recipe, out, training.place)


def _begin(
    recipe: Recipe,
    keeper: Keeper,
    kept: Kept | None,
    *,
    store: Store | None,
    device: str,
    progress: Progress,
) -> _Training:
    """Images, net and optimiser, as the recipe says or as an earlier call left them."""
    accelerator = _accelerator(device, recipe.training.precision)
    on, processes = accelerator.device, accelerator.num_processes
    if kept is None:
        check_start(recipe, keeper.out)
    with accelerator.main_process_first():
        task = open_task(recipe, keeper.out, device=on, progress=progress, processes=processes)
    place, net, optimizer, average = _start_or_go_on(recipe, task, kept, progress)
    model, optimizer = accelerator.prepare(net, optimizer)
    return _Training(
        recipe=recipe,
        out=keeper.out,
        store=store,
        progress=progress,
        accelerator=accelerator,
        task=task,
        provenance=Provenance(recipe, task.data, on),
        net=net,
        model=model,
        optimizer=optimizer,
        average={name: value.to(on) for name, value in average.items()},
        place=place,
        keeper=keeper,
    )


def _start_or_go_on(
    recipe: Recipe, task: Task, kept: Kept | None, progress: Progress
) -> tuple[Place, nn.Module, torch.optim.Optimizer, Weights]:
    """Place, net, optimiser and average of the weights, at the beginning or as they were kept."""
    data = digest(task.data).hex()
    start = task.find_start() if kept is None else None
    net = task.net(start)
    optimizer = make_optimizer(recipe.training, net)
    if kept is None:
        origin = f"{start.name} {file_digest(start).hex()}" if start else ""
        average = {name: value.clone() for name, value in net.state_dict().items()}
        if start:
            progress.say(f"{recipe.name} starts from {start}")
        return Place(started_from=origin, data=data), net, optimizer, average
    place, parts = kept
    if place.data not in ("", data):
        raise TrainingError(
            f"{recipe.name} was trained on other images so far; name those with --data, or another "
            f"folder with --out, or remove {STATE} to begin anew"
        )
    try:
        net.load_state_dict(parts["net"])
        optimizer.load_state_dict(parts["optimizer"])
        return place, net, optimizer, parts["average"]
    except (KeyError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"{STATE} of {recipe.name} was kept by another version of srlab ({error}); remove it "
            "to train from the beginning"
        ) from error


def _train_epoch(training: _Training) -> None:
    """The epoch's steps that are still to be done."""
    t, wish, place = training, training.recipe.training, training.place
    steps = t.task.batches.steps_per_epoch
    running = torch.tensor(place.loss, device=t.accelerator.device)
    t.progress.start(_title(t), steps - place.step)
    t.model.train()
    forget_peak(t.accelerator.device)
    clock, note = time.perf_counter(), ""
    while place.step < steps:
        done = place.epoch * steps + place.step
        set_rates(t.optimizer, rate_at(wish, done, steps))
        seed_step(wish.seed, done, t.accelerator.process_index)
        loss = t.task.loss(t.model, *_next_batch(t))
        t.accelerator.backward(loss)
        if wish.clip:
            t.accelerator.clip_grad_norm_(t.model.parameters(), wish.clip)
        t.optimizer.step()
        t.optimizer.zero_grad()
        blend(t.average, t.net, wish.average, step=done)
        running += loss.detach()
        place.step += 1
        if t.keeper.due or place.step % _LOOK_EVERY == 0 or place.step == steps:
            note = f"loss {float(loss.detach()):.5f}"
            place.loss = require_finite(float(running), t.recipe, place)
            now = time.perf_counter()
            place.epoch_seconds, clock = place.epoch_seconds + now - clock, now
            if t.keeper.due or place.step == steps:
                worst = t.task.worst_loss
                require_sound(t.net, t.recipe, place, steps=steps, worst_loss=worst)
                t.save()
        t.progress.advance(note)
    t.progress.finish()


def _end_epoch(training: _Training) -> None:
    """Judge the epoch, and begin the next."""
    t, place = training, training.place
    _judge(t, epoch=place.epoch + 1)
    place.epoch += 1
    place.step, place.loss = 0, 0.0
    t.save()
    t.accelerator.wait_for_everyone()


def _judge(training: _Training, *, epoch: int) -> None:
    """Score the weights, keep them, and write the history's row; of epoch 0, what was started from.

    The first process does it alone.
    """
    t, place, recipe = training, training.place, training.recipe
    if not t.accelerator.is_main_process:
        return
    weights = t.average if recipe.training.average else t.net.state_dict()
    _judge_every_image(t, weights, epoch)
    verdict = Verdict.of(place.judged)
    if not math.isfinite(verdict.loss):
        what = f"the validation loss is {verdict.loss} after epoch {epoch}"
        raise diverged(recipe, place, what)
    place.seconds, place.epoch_seconds = place.seconds + place.epoch_seconds, 0.0
    place.judged = []
    steps = t.task.batches.steps_per_epoch
    rate = rate_at(recipe.training, max(0, epoch * steps - 1), steps)
    judged = t.task.judged(verdict)
    row = t.provenance.row(place, judged, epoch=epoch, steps=steps, rate=rate)
    facts = t.provenance.facts(place, judged, epoch=epoch, steps=steps)
    t.task.write(last_of(recipe, t.out), weights, facts)
    if verdict.score > place.best:
        place.best, place.best_epoch = verdict.score, epoch
        t.task.write(best_of(recipe, t.out), weights, facts)
    if t.store is not None:
        t.store.append("history", [row])
    t.progress.say(_in_words(t, verdict, epoch))


def _judge_every_image(training: _Training, weights: Weights, epoch: int) -> None:
    """Judge the validation images that are still to be judged; where that is long, say how far."""
    t, place = training, training.place
    start = clock = time.perf_counter()
    shown = False
    for part in t.task.judge(weights, len(place.judged)):
        place.judged.append(part)
        now = time.perf_counter()
        place.epoch_seconds, clock = place.epoch_seconds + now - clock, now
        if t.keeper.due:
            t.save()
        if shown:
            t.progress.advance()
        elif now - start > _PATIENCE_SECONDS:
            t.progress.start(f"judge epoch {epoch}", t.task.judge.count - len(place.judged))
            shown = True
    t.progress.finish()


def _in_words(training: _Training, verdict: Verdict, epoch: int) -> str:
    """What an epoch reached, as a line of its own."""
    place, recipe, steps = training.place, training.recipe, training.task.batches.steps_per_epoch
    parts = [f"loss {place.loss / steps:.5f}"] if epoch else []
    parts += [f"validation loss {verdict.loss:.5f}", recipe.in_words(verdict.score)]
    parts += ["the best so far"] if place.best_epoch == epoch else []
    title = f"epoch {epoch}/{recipe.training.epochs}" if epoch else "as it starts"
    return f"{title}: {', '.join(parts)}"


def _next_batch(training: _Training) -> tuple[torch.Tensor, torch.Tensor]:
    """Input and target of this place, on the device."""
    t, place = training, training.place
    x, y = t.task.batches.batch(place.epoch, place.step, t.accelerator.process_index)
    on = t.accelerator.device
    return torch.from_numpy(x).to(on), torch.from_numpy(y).to(on)


def _title(training: _Training) -> str:
    """Which epoch of how many, and how good the best was so far."""
    place = training.place
    epoch = f"epoch {place.epoch + 1}/{training.recipe.training.epochs}"
    judged = place.best > float("-inf")
    best = f", best {training.recipe.in_words(place.best)}" if judged else ""
    return epoch + best


def _accelerator(device: str, precision: Precision) -> Accelerator:
    """Accelerate on the device asked for; its one state per process is made anew for each call."""
    on = pick_device(device)
    if on.type == "cuda" and on.index is not None:
        torch.cuda.set_device(on)
    if not launched():
        AcceleratorState._reset_state(True)
    mixed = "bf16" if precision is Precision.BF16 else "no"
    return Accelerator(cpu=on.type == "cpu", mixed_precision=mixed)
