"""Recipes: one training as a page of TOML, of an upscaler or of a classifier.

What a recipe may say stands in `upscaler_recipe` and `classifier_recipe`, and for both of them in
`optimisation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from srlab.errors import RecipeError
from srlab.places import expanded, is_file
from srlab.registry import Catalog
from srlab.toml_file import read_toml
from srlab.train.classifier_recipe import ClassifierRecipe, read_classifier
from srlab.train.upscaler_recipe import UpscalerRecipe, read_upscaler

Recipe = UpscalerRecipe | ClassifierRecipe

_READERS = {"upscaler": read_upscaler, "classifier": read_classifier}


@dataclass(frozen=True, kw_only=True)
class ShippedRecipe:
    """A recipe that comes with srlab."""

    name: str

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(__file__).with_name("recipes") / f"{self.name}.toml"


RECIPES: Catalog[ShippedRecipe] = Catalog(
    "recipes",
    tuple(
        ShippedRecipe(name=name)
        for name in (
            "srcnn-y-x3-finetune",
            "srcnn-y-x2",
            "srcnn-y-x3",
            "srcnn-y-x4",
            "edsr-light-x2-first",
            "edsr-light-x2",
            "edsr-light-x3",
            "edsr-light-x4",
            "edsr-course-x2",
            "edsr-course-x3",
            "edsr-course-x4",
            "srcnn-rgb-x4-charbonnier",
            "srresnet-x4",
            "srresnet-light-x4",
            "cnn3-x2-faces",
            "cnn3-x2",
            "materials-vit",
            "food-vit-mechanics",
        )
    ),
)


def find_recipe(text: str, *, data: Path | None = None) -> Recipe:
    """The recipe in the file `text`, or the shipped one of that name.

    Paths in it count from `data`; without it, from the file's folder, or for a shipped recipe
    from the current folder. Raises UnknownNameError for a name that is neither, RecipeError.
    """
    path = expanded(text)
    if path.suffix == ".toml" or is_file(path):
        return read_recipe(path, root=data or path.parent)
    return read_recipe(RECIPES[text].path, root=data or Path())


def read_recipe(path: Path, *, root: Path) -> Recipe:
    """The recipe at `path`. Raises RecipeError naming the key, what came, what was expected."""
    facts = read_toml(path, noun="recipe", error=RecipeError)
    kind = facts.get("kind")
    if not isinstance(kind, str) or kind not in _READERS:
        expected = " or ".join(f'"{name}"' for name in _READERS)
        raise RecipeError(f"{path}: kind is {kind!r}; expected {expected}")
    return _READERS[kind](facts, path, root.expanduser().resolve())
