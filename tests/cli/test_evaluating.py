"""`srlab evaluate` and `run`: what is said, and the exit code."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from srlab.analysis.frames import scores
from srlab.store.store import Store

MAIN = "from srlab.cli import main; main()"

_FIRST = "evaluate -b photos -u bicubic -s 2 -m psnr --workers 1"


def test_an_evaluation_says_what_it_computed_and_leaves_with_0(srlab_) -> None:
    said = srlab_(_FIRST)
    assert (said.code, said.out) == (0, "2 scores computed, 0 already stored\n")


def test_a_second_evaluation_computes_nothing(srlab_) -> None:
    srlab_(_FIRST)
    assert srlab_(_FIRST).out == "0 scores computed, 2 already stored\n"


def test_progress_is_said_in_plain_lines_on_standard_error(srlab_) -> None:
    assert srlab_(_FIRST).err.startswith("evaluate: 2/2 in 0:0")


def test_options_that_take_several_values_are_repeated(srlab_) -> None:
    more = "-u nearest -s 3 -m ssim --protocol full-rgb --protocol paper-y"
    # two photos, two upscalers, two scales, two metrics, two protocols
    assert srlab_(_FIRST, more).out.startswith("32 scores computed")


def test_cached_computes_nothing_and_leaves_with_3_where_rows_lack(srlab_) -> None:
    said = srlab_(_FIRST, "--policy", "cached")
    assert (said.code, said.out) == (3, "0 scores computed, 0 already stored, 2 missing\n")


def test_cached_leaves_with_0_where_everything_is_stored(srlab_) -> None:
    srlab_(_FIRST)
    assert srlab_(_FIRST, "--policy", "cached").code == 0


def test_again_computes_what_is_stored(srlab_) -> None:
    srlab_(_FIRST)
    assert srlab_(_FIRST, "--policy", "again").out.startswith("2 scores computed")


def test_a_broken_image_among_good_ones_is_named_and_the_others_are_scored(srlab_, place) -> None:
    (place / "photos" / "broken.png").write_text("no picture")
    said = srlab_(_FIRST)
    assert said.code == 3
    assert said.out.startswith("2 scores computed")
    assert "failed: photos/broken x2: image-unreadable: " in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-b photos -u bicubc -s 2", "unknown-name: no upscaler is called 'bicubc'; did you mean"),
        ("-b sett5 -u bicubic -s 2", "unknown-name: no benchmark is called 'sett5'; did you mean"),
        ("-b photos -u bicubic -s 2 -m psn", "did you mean psnr"),
        ("-b photos -u bicubic -s 2 --protocol paper", "did you mean paper-y"),
        ("-b photos -u bicubic -s 2 --degradation pil", "did you mean pil-bicubic"),
        ("-b photos -u bicubic -s 5", "scale 5 is not supported; expected one of 2, 3, 4, 8"),
        ("-b photos -u nothere.pth -s 2", "there is no weights file at nothere.pth"),
        ("-b photos -u bicubic -s 2 --policy maybe", "'maybe' is not one of 'missing', 'again'"),
        ("-b photos -u bicubic -s 2 --executor cloud", "'cloud' is not one of 'local'"),
        ("-b photos -u bicubic -s 2 --workers 0", "Invalid value for '--workers'"),
        ("-b photos -u bicubic -s 2 --limit 0", "Invalid value for '--limit'"),
        ("-b photos -u bicubic -s 2 --tile 3", "Invalid value for '--tile'"),
        ("-b photos -u bicubic -s two", "Invalid value for '-s' / '--scale'"),
        ("-b photos -u bicubic", "Missing option '-s' / '--scale'"),
        ("-b photos -u bicubic -s 2 --nonsense", "No such option"),
    ],
)
def test_wrong_usage_is_named_and_leaves_with_2(srlab_, words: str, message: str) -> None:
    said = srlab_("evaluate", words)
    assert said.code == 2
    assert message in " ".join(said.err.split())
    assert "Traceback" not in said.err


def test_a_weights_file_that_cannot_be_used_is_named_and_the_others_go_on(srlab_, place) -> None:
    (place / "net.pth").write_text("no weights")
    said = srlab_(_FIRST, "-u", "net.pth")
    assert said.code == 3
    assert "failed: photos/* x2 net: checkpoint-unreadable: net.pth is no file" in said.err
    assert said.out.startswith("2 scores computed")


def test_long_lists_of_failures_are_cut_and_counted(srlab_, place) -> None:
    for i in range(23):
        (place / "photos" / f"broken_{i}.png").write_text("no picture")
    said = srlab_(_FIRST)
    assert said.err.count("image-unreadable") == 20
    assert "failed: and 3 more" in said.err


def test_the_command_is_kept_with_the_run(srlab_, place) -> None:
    srlab_(_FIRST, "--store 'my store'")
    [(command,)] = Store.open(place / "my store").rows("SELECT command FROM runs", tables=("runs",))
    assert command == f"srlab {_FIRST} --store 'my store'"


def test_a_study_is_run_and_its_report_and_the_way_to_browse_are_named(srlab_, place) -> None:
    (place / "study.toml").write_text(
        '[evaluate]\nbenchmarks = ["photos"]\nupscalers = ["bicubic"]\nscales = [2]\n'
        '[report]\nformats = ["md"]\n'
    )
    said = srlab_("run", "study.toml", "--store", "s")
    assert said.code == 0, said.err
    assert "4 scores computed" in said.out
    assert "report: " in said.out
    assert said.out.endswith("browse: srlab dashboard --store s\n")


def test_a_study_that_says_something_unknown_leaves_with_2(srlab_, place) -> None:
    (place / "study.toml").write_text("[evalute]")
    said = srlab_("run", "study.toml")
    assert said.code == 2
    assert said.err.startswith("srlab: study-invalid: ")


def test_an_error_is_one_line_without_a_traceback(process) -> None:
    said = process("evaluate -b photos -u bicubc -s 2")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.startswith("srlab: unknown-name: ")


def test_debug_shows_the_traceback(process) -> None:
    said = process("--debug evaluate -b photos -u bicubc -s 2")
    assert said.code == 1
    assert "Traceback" in said.err
    assert "UnknownNameError" in said.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "a polite kill"])
def test_an_interrupted_evaluation_leaves_with_130_and_keeps_what_was_finished(
    place: Path, number: signal.Signals
) -> None:
    slow = (
        # who is started in the background of a script is born deaf to Ctrl-C
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import time, srlab.image.resize as r, srlab.upscale.classical as c\n"
        "def slow(lr, **facts):\n"
        "    time.sleep(0.2)\n"
        "    print('one', flush=True)\n"
        "    return r.upscale(lr, **facts)\n"
        "c.upscale = slow\n"
        "from srlab.cli import main; main()"
    )
    words = shlex.split("evaluate -b skimage -u bicubic -s 4 -m psnr --workers 1 --store s")
    child = subprocess.Popen(
        [sys.executable, "-c", slow, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert child.stdout is not None
    for _ in range(3):
        assert child.stdout.readline() == "one\n"
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert err.splitlines()[-1] == "srlab: interrupted; what was finished is kept"
    assert "Traceback" not in err
    assert 2 <= len(scores(place / "s")) < 17


def test_a_pipe_that_is_closed_early_is_no_error(place: Path) -> None:
    store = Store.create(place / "s")
    common = {"benchmark": "set5", "scale": 2, "degradation": "given", "time": datetime(2026, 1, 1)}
    common |= {"upscaler": "net", "fingerprint": bytes(16), "metric": "psnr", "protocol": "paper-y"}
    store.append("scores", [{**common, "sample": f"{i}", "value": 1.0} for i in range(20_000)])
    store.append("upscalers", [common])
    command = f"{sys.executable} -c '{MAIN}' scores --store s --format csv | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (
        done.stdout == "benchmark,sample,scale,upscaler,metric,protocol,value,degradation,lr_kind\n"
    )
    assert done.stderr == ""
