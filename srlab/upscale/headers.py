"""What a weights file tells of its training, for tables; read without torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from srlab.errors import SrlabError
from srlab.nets.header import Header, read_header_file

_LONGEST = 200
"""Characters of a stranger's text that are kept."""


def told_facts(path: Path) -> dict[str, Any]:
    """Licence, training data and recipe as the file's header tells them; nothing where it is mute.

    The texts are the word of whoever wrote the file. A damaged header tells nothing here; loading
    the file says what is wrong with it.
    """
    try:
        header = read_header_file(path)
    except SrlabError:
        return {}
    return {} if header is None else facts_of(header)


def facts_of(header: Header) -> dict[str, Any]:
    """`licence`, `training_data` and `recipe`, as far as they are told."""
    recipe, data = _table(header.facts, "recipe"), _table(header.facts, "data")
    told = {
        "licence": header.facts.get("licence"),
        "training_data": _training_data(recipe, data),
        "recipe": recipe.get("name"),
    }
    texts = {name: _shown(text) for name, text in told.items() if isinstance(text, str)}
    return {name: text for name, text in texts.items() if text}


def _shown(text: str) -> str:
    """A stranger's text without what cannot be printed or would steer a terminal."""
    return "".join(letter for letter in text[:_LONGEST] if letter.isprintable())


def _training_data(recipe: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    folders, images = _table(recipe, "data").get("folders"), data.get("images")
    if not isinstance(folders, list) or not isinstance(images, int):
        return ""
    return f"{images} images of {', '.join(str(folder) for folder in folders[:9])}"


def _table(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = facts.get(name)
    return table if isinstance(table, Mapping) else {}
