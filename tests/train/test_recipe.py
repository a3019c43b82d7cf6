"""Recipes: every key known, every value checked, and those that come with srlab read well."""

from __future__ import annotations

from pathlib import Path

import pytest

from srlab.errors import RecipeError, UnknownNameError
from srlab.train.optimisation import Loss
from srlab.train.recipe import RECIPES, find_recipe, read_recipe

_GOOD = """
kind = "upscaler"
scale = 2
[net]
architecture = "cnn3"
[data]
folders = ["a"]
[validation]
held_out = 1
[training]
epochs = 1
steps_per_epoch = 1
"""


def _read(tmp_path: Path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return read_recipe(path, root=tmp_path)


def test_what_is_not_said_has_its_default(tmp_path) -> None:
    recipe = _read(tmp_path, _GOOD)
    assert recipe.name == "mine"
    assert recipe.training.loss is Loss.L1
    assert recipe.training.betas == (0.9, 0.999)
    assert recipe.net.settings["widths"] == (128, 64)
    assert recipe.validation.protocol == "paper-y"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"upscaler"', '"both"', r"kind is 'both'; expected \"upscaler\" or \"classifier\""),
        ("epochs = 1\n", "epochs = 0\n", r"\[training\] epochs is 0; expected a whole number"),
        ("epochs = 1\n", "epoch = 1\n", r"unknown key 'epoch'; did you mean epochs\?"),
        ("epochs = 1\n", "", r"\[training\] needs epochs"),
        ("epochs = 1\n", 'epochs = 1\nloss = "l2"\n', "loss is 'l2'; expected mse or l1 or char"),
        ("epochs = 1\n", 'epochs = 1\nloss = "cross-entropy"\n', "loss is .* expected charb"),
        ("epochs = 1\n", "epochs = 1\nlabel_smoothing = 0.1\n", "is of cross-entropy"),
        ("epochs = 1\n", "epochs = 1\nrate = nan\n", "rate is nan; expected a number"),
        ("steps_per_epoch = 1", "", "needs steps_per_epoch"),
        ("held_out = 1", "held_out = true", "held_out is True; expected a whole number"),
        ("held_out = 1", "", "needs a benchmark, or held_out"),
        ("held_out = 1", 'held_out = 1\nprotocol = "y"', "no protocol is called 'y'"),
        ('["a"]', '"a"', "folders is 'a'; expected a list of texts"),
        ('["a"]', "[]", "expected a list of texts"),
        ("scale = 2", "scale = 5", "scale is 5; expected 2, 3, 4 or 8"),
        ("scale = 2", "", "scale is None"),
        ('"cnn3"', '"cnn4"', "no architecture is called 'cnn4'; did you mean cnn3"),
        ('"cnn3"', '"cnn3"\nwidths = [1, 0]', r"widths is \[1, 0\]; expected 2 whole numbers"),
        ('"cnn3"', '"cnn3"\ndepth = 3', "cnn3 has no setting 'depth'"),
        ("[net]", "[[net]]", r"needs a table \[net\]"),
        ("kind =", "kind", "is not TOML"),
    ],
)
def test_a_wrong_recipe_says_which_key(tmp_path, old: str, new: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        _read(tmp_path, _GOOD.replace(old, new))


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        find_recipe(str(tmp_path / "none.toml"))


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean edsr-light-x2"):
        find_recipe("edsr-ligth-x2")


def test_the_shipped_recipes_are_those_of_the_folder() -> None:
    folder = next(iter(RECIPES)).path.parent
    assert {row.name for row in RECIPES} == {path.stem for path in folder.glob("*.toml")}


@pytest.mark.parametrize("name", RECIPES.names())
def test_a_shipped_recipe_cites_what_it_reproduces_and_says_what_was_changed(name: str) -> None:
    recipe = find_recipe(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.reproduces
    assert recipe.changed


def test_the_digest_stands_for_settings_and_not_for_words(tmp_path) -> None:
    first = _read(tmp_path, _GOOD)
    assert _read(tmp_path, 'title = "other"\n' + _GOOD).digest == first.digest
    assert _read(tmp_path, _GOOD + 'loss = "l1"\n').digest == first.digest  # the default, said
    assert _read(tmp_path, _GOOD + 'loss = "mse"\n').digest != first.digest


_EDSR_LIGHT_X3 = """
kind = "upscaler"
scale = 3
[net]
architecture = "edsr"
width = 64
depth = 16
upsampler = "direct"
[data]
folders = ["T91", "BSDS200", "General100"]
[validation]
held_out = 5
[patches]
size = 32
[augment]
flips = true
rotations = true
[training]
start_from = "edsr-light-x2"
epochs = 100
steps_per_epoch = 250
batch = 16
loss = "l1"
rate = 3e-4
schedule = "cosine"
final_rate = 0.01
warmup_steps = 500
clip = 1.0
average = 0.999
precision = "bf16"
threads = 1
"""


def test_digests_stay_what_they_were_so_that_trainings_go_on(tmp_path) -> None:
    """As srlab computed it when `kind` could only be "upscaler"."""
    assert _read(tmp_path, _EDSR_LIGHT_X3).digest.hex() == "9636018c9d7d987a3af8ddcc4d6ae736"


def test_paths_count_from_the_data_folder_or_from_the_file(tmp_path) -> None:
    _read(tmp_path, _GOOD)
    text = str(tmp_path / "mine.toml")
    assert find_recipe(text).path("a") == tmp_path / "a"
    assert find_recipe(text, data=tmp_path / "b").path("a") == tmp_path / "b" / "a"


@pytest.mark.parametrize(
    "line",
    [
        "betas = [nan, nan]",
        "betas = [2.0, -1.0]",
        "clip = inf",
        "seed = 1" + "0" * 30,
        "rate = nan",
        "warmup_steps = 1" + "0" * 400,
        'start_from = "a\\u0000b"',
        "clip = 1" + "0" * 5000,
    ],
)
def test_numbers_that_no_training_has_are_refused(tmp_path, line: str) -> None:
    with pytest.raises(RecipeError):
        _read(tmp_path, _GOOD + line + "\n")


def test_a_file_of_brackets_is_refused(tmp_path) -> None:
    with pytest.raises(RecipeError, match="is not TOML"):
        _read(tmp_path, "a = " + "[" * 100_000)


def test_kernels_are_odd(tmp_path) -> None:
    with pytest.raises(RecipeError, match=r"kernels is \[9, 4, 5\]; expected 3 odd numbers"):
        _read(
            tmp_path,
            'kind = "upscaler"\nscale = 2\n[net]\narchitecture = "srcnn"\nkernels = [9, 4, 5]\n',
        )
