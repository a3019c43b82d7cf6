"""Documents as Markdown that says what the document holds, and nothing that a name holds."""

from __future__ import annotations

import subprocess
from datetime import datetime

import pypandoc
import pytest

from srlab.report.document import (
    Align,
    Cell,
    Code,
    Column,
    Document,
    Figure,
    Paragraph,
    Provenance,
    Table,
)
from srlab.report.markdown import escape, to_markdown
from srlab.report.render import READER

NASTY = [
    "a|b<script>*_$",
    "x`y` @me [l](u) & ~z~ ^2^ \\ end",
    "# \\input{x} $\\alpha$ #eval",
    "<img src=x onerror=alert(1)>",
    'it\'s "quoted" -- and {=html}...',
    "*a* **b** _c_ http://x.y/z",
]


def _document(*blocks: object) -> Document:
    provenance = Provenance(rows_csv=b"", sha256="", newest=datetime(2026, 1, 1))
    return Document(title="T", subtitle="S", blocks=blocks, provenance=provenance)  # type: ignore[arg-type]


def _plain(markdown: str) -> str:
    command = [pypandoc.get_pandoc_path(), f"--from={READER}", "--to=plain", "--wrap=none"]
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("name", NASTY)
def test_a_strangers_name_comes_through_pandoc_unchanged(name: str):
    assert _plain(f"The image {escape(name)} is here.").strip() == f"The image {name} is here."


@pytest.mark.parametrize("name", NASTY)
def test_a_strangers_name_stays_in_its_cell(name: str):
    columns = (Column(title="Image", align=Align.LEFT), Column(title="PSNR"))
    table = Table(caption="c", columns=columns, rows=((Cell(value=name), Cell(value=30.4047)),))
    html = pypandoc.convert_text(to_markdown(_document(table)), "html", format=READER)
    assert html.count("<td") == 2
    assert ">30.40</td>" in html
    assert "<script" not in html
    assert "<img" not in html


def test_control_and_direction_characters_are_replaced_and_lines_joined():
    assert escape("a\u202eb\x07c\nd") == "a\ufffdb\ufffdc d"


def test_the_best_cell_is_bold_and_others_are_not():
    columns = (Column(title="x"), Column(title="y", decimals=4))
    row = (Cell(value=1.0, best=True), Cell(value=0.5))
    assert "| **1.00** | 0.5000 |" in to_markdown(
        _document(Table(caption="c", columns=columns, rows=(row,)))
    )


def test_in_a_wrapped_table_a_long_title_takes_no_width_from_the_cells():
    columns = (
        Column(title="Network", align=Align.LEFT),
        Column(title="Multiply-adds at 720p, counted in thousand millions"),
        Column(title="Trained on", align=Align.LEFT),
    )
    row = (Cell(value="srcnn-y"), Cell(value=52.7), Cell(value="x" * 44))
    text = to_markdown(_document(Table(caption="c", columns=columns, rows=(row,))))
    [rule] = [line for line in text.splitlines() if line.startswith("| :--")]
    assert [len(dashes) for dashes in rule.strip("| ").split(" | ")] == [10, 16, 47]


def test_a_code_block_cannot_be_left_by_its_content():
    text = to_markdown(_document(Code(text="x\n```\n# not a heading")))
    html = pypandoc.convert_text(text, "html", format=READER)
    assert "not a heading</code>" in html


def test_a_figure_keeps_quotes_in_its_description():
    figure = Figure(name="f.png", png=b"", caption="C", alt='the "best" [x]')
    html = pypandoc.convert_text(to_markdown(_document(figure)), "html", format=READER)
    assert 'title="the &quot;best&quot; [x]"' in html


def test_a_paragraph_is_one_line():
    assert "one two" in to_markdown(_document(Paragraph(text="one\n  two")))
