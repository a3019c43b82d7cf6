"""Training: what it leaves behind, how it goes on, how it gives up."""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from srlab.errors import (
    CheckpointMismatchError,
    TrainingError,
)
from srlab.nets.checkpoint import read_weights
from srlab.nets.header import read_header
from srlab.store.store import Store
from srlab.train import loop, resume
from srlab.train.judge import Judge
from srlab.train.loop import train
from srlab.upscale.catalog import describe
from tests.train.interrupt import Interrupt


def _weights(path: Path) -> dict[str, torch.Tensor]:
    return read_weights(path.read_bytes(), name=path.name)


def _same(a: Path, b: Path) -> bool:
    ours, theirs = _weights(a), _weights(b)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


def test_two_epochs_leave_best_and_last_and_a_history(make_recipe, tmp_path) -> None:
    recipe, store = make_recipe(), Store.create(tmp_path / "store")
    result = train(recipe, out=tmp_path / "out", store=store)
    rows = store.rows(
        "SELECT epoch, steps, loss, psnr, rate, seconds, peak_bytes, validation_loss, protocol, "
        "validation "
        "FROM history ORDER BY epoch",
        tables=("history",),
    )
    assert [row[:2] for row in rows] == [(1, 3), (2, 6)]
    assert all(math.isfinite(value) and value > 0 for row in rows for value in row[2:8])
    assert rows[0][8:] == ("paper-y", "last 2 of photos")
    assert result.score == max(row[3] for row in rows)
    assert result.best == tmp_path / "out" / "tiny.safetensors"
    assert result.last.is_file()


def test_each_epoch_says_what_it_reached(make_recipe, tmp_path) -> None:
    watching = Interrupt()
    train(make_recipe(), out=tmp_path / "out", progress=watching)
    number = r"0\.\d{5}"
    line = (
        rf"epoch 1/2: loss {number}, validation loss {number}, \d+\.\d\d dB \(paper-y\), the best"
    )
    assert re.match(line, watching.said[0])
    assert [said[:9] for said in watching.said] == ["epoch 1/2", "epoch 2/2"]


@pytest.mark.parametrize("start_from", ["", "first"])
def test_judging_that_was_interrupted_goes_on_at_the_next_image(
    make_recipe, tmp_path, monkeypatch, start_from
) -> None:
    train(make_recipe("first"), out=tmp_path / "first")
    recipe = make_recipe(validation={"held_out": 4}, training={"start_from": start_from})
    whole = train(recipe, out=tmp_path / "whole")
    judged: list[int] = []
    call = Judge._judged

    def counting(self: Judge, pair: object) -> tuple[float, float]:
        judged.append(1)
        if len(judged) == 4:
            raise KeyboardInterrupt
        return call(self, pair)

    monkeypatch.setattr(resume, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(Judge, "_judged", counting)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=tmp_path / "parts")
    parts = train(recipe, out=tmp_path / "parts")
    epochs = 3 if start_from else 2
    # Besides the four of each epoch: the one that was cut off, and one before each call begins.
    assert len(judged) == 4 * epochs + 1 + 2
    assert (parts.score, parts.epoch) == (whole.score, whole.epoch)
    assert _same(parts.best, whole.best)


def test_judging_that_takes_long_says_how_far_it_came(make_recipe, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loop, "_PATIENCE_SECONDS", 0.0)
    watching = Interrupt()
    train(make_recipe(), out=tmp_path / "out", progress=watching)
    assert "judge epoch 1" in watching.titles


def test_a_training_that_is_done_is_not_begun_again(make_recipe, photos, tmp_path) -> None:
    recipe, store = make_recipe(), Store.create(tmp_path / "store")
    first = train(recipe, out=tmp_path / "out", store=store)
    watching = Interrupt()
    gone = replace(recipe, root=tmp_path / "no images here")
    assert train(gone, out=tmp_path / "out", store=store, progress=watching) == first
    assert not watching.titles
    assert store.rows("SELECT count(*) FROM history", tables=("history",)) == [(2,)]


def test_a_training_that_is_done_and_whose_checkpoint_is_gone_is_told(
    make_recipe, tmp_path
) -> None:
    recipe = make_recipe()
    train(recipe, out=tmp_path / "out").best.unlink()
    with pytest.raises(TrainingError, match=r"tiny\.safetensors is gone; remove .*state\.pt"):
        train(recipe, out=tmp_path / "out")


def test_the_state_of_another_version_is_told(make_recipe, tmp_path, monkeypatch) -> None:
    recipe = make_recipe()
    monkeypatch.setattr(resume, "SAVE_SECONDS", 0.0)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=tmp_path / "out", progress=Interrupt(3))
    state = tmp_path / "out" / "state.pt"
    kept = torch.load(state, weights_only=True)
    [group] = kept["optimizer"]["param_groups"]
    kept["optimizer"]["param_groups"] = [group, {**group, "params": []}]
    torch.save(kept, state)
    with pytest.raises(TrainingError, match="kept by another version of srlab"):
        train(recipe, out=tmp_path / "out")


def test_the_checkpoint_says_how_it_came_about(make_recipe, tmp_path) -> None:
    recipe = make_recipe()
    result = train(recipe, out=tmp_path / "out")
    header = read_header(result.best.read_bytes(), name="best")
    assert header is not None
    assert header.spec == recipe.net
    assert header.facts["recipe"] == recipe.facts()
    assert header.facts["data"]["images"] == 10
    assert header.facts["data"]["held_out"] == ["photos/cat_10.png", "photos/cat_11.png"]
    assert header.facts["threads"] == 1
    assert str(tmp_path) not in str(header.facts)


def test_the_checkpoint_is_an_upscaler(make_recipe, tmp_path, rng) -> None:
    result = train(make_recipe(), out=tmp_path / "out")
    lr = rng.integers(0, 256, (14, 17, 3)).astype("uint8")
    assert describe(str(result.best), 2).load()(lr).shape == (28, 34, 3)
    with pytest.raises(CheckpointMismatchError, match="was trained for x2, and x3 is asked for"):
        describe(str(result.best), 3).load()


@pytest.mark.parametrize(
    ("net", "channels"), [("srcnn", 1), ("srcnn", 3), ("cnn3", 3), ("srresnet", 3), ("edsr", 1)]
)
def test_every_architecture_trains_on_luma_or_rgb(make_recipe, tmp_path, net, channels) -> None:
    small = {"srcnn": {"widths": [4, 3]}, "cnn3": {"widths": [4, 3]}}
    settings = small.get(net, {"width": 4, "depth": 1})
    recipe = make_recipe(net={"architecture": net, "channels": channels, **settings})
    assert math.isfinite(train(recipe, out=tmp_path / "out").score)


def test_bf16_trains_as_well(make_recipe, tmp_path) -> None:
    recipe = make_recipe(training={"precision": "bf16"})
    assert math.isfinite(train(recipe, out=tmp_path / "out").score)


@pytest.mark.parametrize("source", ["crops", "prepared"])
@pytest.mark.parametrize("steps", [2, 7, 11])
def test_an_interrupted_training_goes_on_to_the_same_bits(
    make_recipe, tmp_path, monkeypatch, source, steps
) -> None:
    changes = {"epochs": 3, "steps_per_epoch": 4, "schedule": "cosine", "warmup_steps": 2}
    recipe = make_recipe(training=changes, patches={"source": source})
    whole = train(recipe, out=tmp_path / "whole")
    monkeypatch.setattr(resume, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "_LOOK_EVERY", 1)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=tmp_path / "parts", progress=Interrupt(steps))
    watching = Interrupt(99)
    parts = train(recipe, out=tmp_path / "parts", progress=watching)
    assert 99 - watching.steps == 12 - steps
    assert _same(whole.last, parts.last)
    assert _same(whole.best, parts.best)
    assert (whole.score, whole.epoch) == (parts.score, parts.epoch)


def test_a_killed_training_goes_on(make_recipe, photos, tmp_path) -> None:
    recipe = make_recipe(training={"epochs": 3, "steps_per_epoch": 40})
    out = tmp_path / "killed"
    code = (
        "import sys; from pathlib import Path; from srlab.train import loop, optimise, resume\n"
        "from srlab.train.recipe import read_recipe\n"
        "resume.SAVE_SECONDS, loop._LOOK_EVERY = 0.0, 1\n"
        f"recipe = read_recipe(Path({str(tmp_path / 'tiny.toml')!r}), root=Path({str(photos)!r}))\n"
        f"loop.train(recipe, out=Path({str(out)!r}))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 120
    while not (out / "state.pt").exists() and process.poll() is None:
        assert time.monotonic() < until, "nothing was saved"
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    watching = Interrupt(999)
    killed = train(recipe, out=out, progress=watching)
    assert 999 - watching.steps < 120
    assert _same(killed.last, train(recipe, out=tmp_path / "whole").last)


def test_a_finished_training_is_not_done_again(make_recipe, tmp_path) -> None:
    recipe = make_recipe()
    first = train(recipe, out=tmp_path / "out")
    written = first.last.stat().st_mtime_ns
    assert train(recipe, out=tmp_path / "out") == first
    assert first.last.stat().st_mtime_ns == written


def test_another_recipe_does_not_go_on_in_the_same_folder(make_recipe, tmp_path) -> None:
    train(make_recipe(), out=tmp_path / "out")
    with pytest.raises(TrainingError, match="holds a training of other settings"):
        train(make_recipe(training={"rate": 0.5}), out=tmp_path / "out")


def test_a_damaged_state_is_named(make_recipe, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "state.pt").write_bytes(b"PK\x03\x04 not whole")
    with pytest.raises(TrainingError, match=r"state\.pt cannot be read"):
        train(make_recipe(), out=tmp_path / "out")


def test_two_trainings_do_not_share_a_folder(make_recipe, tmp_path) -> None:
    with (
        resume.alone(tmp_path / "out"),
        pytest.raises(TrainingError, match="another process trains"),
    ):
        train(make_recipe(), out=tmp_path / "out")


def test_another_number_of_threads_is_warned_of(make_recipe, tmp_path, monkeypatch) -> None:
    recipe = make_recipe()
    train(recipe, out=tmp_path / "out")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 7)
    watching = Interrupt(99)
    keeper = resume.Keeper(tmp_path / "out", recipe)
    assert keeper.load(watching) is not None
    assert "trained with 1 threads so far, 7 now" in watching.warnings[0]


def test_a_net_starts_from_one_of_another_scale_with_its_tail_new(make_recipe, tmp_path) -> None:
    train(make_recipe("first"), out=tmp_path / "first")
    watching = Interrupt(99)
    recipe = make_recipe("second", 3, training={"start_from": "first", "rate": 1e-12, "average": 0})
    result = train(recipe, out=tmp_path / "second", progress=watching)
    assert "new: upsample.0.bias, upsample.0.weight" in watching.warnings[0]
    ours, theirs = _weights(result.last), _weights(tmp_path / "first" / "first.safetensors")
    assert torch.allclose(ours["head.weight"], theirs["head.weight"], atol=1e-6)
    header = read_header(result.best.read_bytes(), name="second")
    assert header is not None
    assert header.facts["started_from"].startswith("first.safetensors ")


def test_a_start_of_another_shape_says_which_key(make_recipe, tmp_path) -> None:
    train(make_recipe("first"), out=tmp_path / "first")
    net = {"architecture": "edsr", "width": 9, "depth": 1, "upsampler": "direct"}
    recipe = make_recipe("second", net=net, training={"start_from": "first"})
    with pytest.raises(CheckpointMismatchError, match=r"body\.0\.conv1\.bias is \(8,\), expected"):
        train(recipe, out=tmp_path / "second")


def test_a_start_that_is_not_there_is_named(make_recipe, tmp_path) -> None:
    recipe = make_recipe(training={"start_from": "nothing"})
    with pytest.raises(TrainingError, match="starts from 'nothing', and there is no"):
        train(recipe, out=tmp_path / "out")


def test_an_empty_folder_is_no_training_set(make_recipe, tmp_path) -> None:
    recipe = replace(make_recipe(), root=tmp_path)
    with pytest.raises(TrainingError, match=r"there is no folder .*photos"):
        train(recipe, out=tmp_path / "out")
    (tmp_path / "photos").mkdir()
    with pytest.raises(TrainingError, match="holds no images"):
        train(recipe, out=tmp_path / "out")


def test_images_smaller_than_a_patch_leave_nothing(make_recipe, tmp_path) -> None:
    recipe = make_recipe(patches={"size": 23})
    watching = Interrupt(99)
    with pytest.raises(TrainingError, match="none of 10 images is as large as a patch, 23x23"):
        train(recipe, out=tmp_path / "out", progress=watching)
    assert "cat_00.png is left out" in watching.warnings[0]


def test_all_images_held_out_leave_nothing(make_recipe, tmp_path) -> None:
    with pytest.raises(TrainingError, match="12 images, 12 of them held out"):
        train(make_recipe(validation={"held_out": 12}), out=tmp_path / "out")


def test_two_processes_train_one_net(make_recipe, photos, tmp_path) -> None:
    """What accelerate's launcher does, on two processes of this machine without a GPU."""
    make_recipe(training={"epochs": 1}, net={"architecture": "edsr", "width": 4, "depth": 1})
    code = (
        "from pathlib import Path; from srlab.train.loop import train\n"
        "from srlab.train.recipe import read_recipe\n"
        f"recipe = read_recipe(Path({str(tmp_path / 'tiny.toml')!r}), root=Path({str(photos)!r}))\n"
        f"train(recipe, out=Path({str(tmp_path / 'out')!r}), device='cpu')\n"
    )
    (tmp_path / "two.py").write_text(code)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*launcher, "--nproc_per_node", "2", str(tmp_path / "two.py")],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "out" / "tiny.safetensors").is_file()


def test_other_images_do_not_go_on_with_a_training(make_recipe, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(resume, "SAVE_SECONDS", 0.0)
    recipe = make_recipe()
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=tmp_path / "out", progress=Interrupt(3))
    shutil.copytree(recipe.root / "photos", tmp_path / "photos")
    (tmp_path / "photos" / "cat_00.png").unlink()
    with pytest.raises(TrainingError, match="was trained on other images so far"):
        train(replace(recipe, root=tmp_path), out=tmp_path / "out")


def test_a_training_of_another_name_does_not_go_on_in_the_same_folder(
    make_recipe, tmp_path
) -> None:
    recipe = make_recipe()
    train(recipe, out=tmp_path / "out")
    with pytest.raises(TrainingError, match="holds a training tiny; name another folder"):
        train(replace(recipe, name="other"), out=tmp_path / "out")


def test_what_a_training_starts_from_is_told_with_its_place(make_recipe, tmp_path) -> None:
    train(make_recipe("first"), out=tmp_path / "first")
    watching = Interrupt()
    recipe = make_recipe("second", training={"start_from": "first"})
    train(recipe, out=tmp_path / "second", progress=watching)
    assert watching.said[0] == f"second starts from {tmp_path / 'first' / 'first.safetensors'}"


def test_a_start_that_is_not_there_is_told_before_images_are_read(make_recipe, tmp_path) -> None:
    watching = Interrupt()
    recipe = make_recipe(training={"start_from": "nothing"})
    with pytest.raises(TrainingError, match="train that first"):
        train(recipe, out=tmp_path / "out", progress=watching)
    assert watching.titles == []


def test_a_file_is_no_folder_to_train_in(make_recipe, tmp_path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(TrainingError, match="cannot be a training's folder"):
        train(make_recipe(), out=tmp_path / "out")
