"""The trainings of a study: before anything else, and not again where they are done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from srlab.errors import Progress, StudyError
from srlab.places import is_file, is_there
from srlab.store.store import Store
from srlab.study.read import Study
from srlab.train.recipe import Recipe, find_recipe
from srlab.train.trained import Trained, best_of, last_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def find_recipes(study: Study) -> list[Recipe]:
    """The recipes of `[train]`: files beside the study, or those that come along.

    Raises StudyError where two share a name, and what `find_recipe` raises.
    """
    step = study.train
    if step is None:
        return []
    data = study.folder / Path(step.data).expanduser()
    found = [find_recipe(_beside(study, text), data=data) for text in step.recipes]
    names = [recipe.name for recipe in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StudyError(f"[train] recipes holds {twice[0]!r} twice; each needs its own name")
    return found


def left_later(study: Study, recipes: Iterable[Recipe]) -> set[Path]:
    """The checkpoints that the trainings will leave, and that are not there yet."""
    files = {
        place(recipe, _folder(study, recipe)) for recipe in recipes for place in (best_of, last_of)
    }
    return {path for path in files if not is_there(path)}


def train_all(
    study: Study, recipes: Iterable[Recipe], store: Store, progress: Progress | None
) -> list[Trained]:
    """Train what is not trained yet; what a recipe starts from may be the one before it."""
    if study.train is None:
        return []
    from srlab.train.loop import train  # torch takes a second to import

    return [
        train(
            recipe,
            out=_folder(study, recipe),
            store=store,
            device=study.train.device,
            progress=progress,
        )
        for recipe in recipes
    ]


def _folder(study: Study, recipe: Recipe) -> Path:
    output = study.train.output if study.train else "."
    return study.folder / output / recipe.name


def _beside(study: Study, text: str) -> str:
    beside = study.folder / text
    return str(beside) if text.endswith(".toml") or is_file(beside) else text
