from __future__ import annotations

import re
from pathlib import Path

from srlab.study.read import read_study
from srlab.study.training import find_recipes
from tests.readme import FILE, blocks, run


def test_everything_the_readme_shows_prints_what_it_shows(tmp_path: Path) -> None:
    """`python -m tests.readme` writes the outputs anew."""
    (tmp_path / "python").mkdir()
    (tmp_path / "console").mkdir()
    found = blocks(FILE.read_text())
    assert len(found) >= 6
    for block in found:
        folder = tmp_path / ("python" if len(block.command) == 2 else "console")
        assert run(block, folder) == block.output, block.command[-1]


def test_the_studies_that_the_readme_shows_can_be_read(tmp_path: Path) -> None:
    studies = re.findall(r"```toml\n(.*?)```", FILE.read_text(), re.DOTALL)
    assert studies
    for text in studies:
        (tmp_path / "study.toml").write_text(text)
        study = read_study(tmp_path / "study.toml")
        assert [recipe.name for recipe in find_recipes(study)] == list(study.train.recipes)


def test_the_readme_names_every_protocol_metric_and_command() -> None:
    from srlab.cli.app import app
    from srlab.metrics.catalog import METRICS
    from srlab.metrics.protocol import PROTOCOLS

    text = FILE.read_text()
    commands = [
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    ]
    missing = [
        name for name in [*PROTOCOLS.names(), *METRICS.names(), *commands] if name not in text
    ]
    assert missing == []
