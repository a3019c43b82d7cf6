"""Markdown to PDF, DOCX, LaTeX and HTML: pandoc, and typst for the PDF.

Neither needs a system package or the network. Raw HTML, TeX and metadata blocks are switched off
in the reader, so that a name that slipped through could still not become a command. Times inside
the files are those of the newest row: the same report gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypandoc
import typst

from srlab.errors import ReportError
from srlab.figures.fonts import fonts_for
from srlab.report.markdown import PAGE_COLUMNS

BODY_FONT, CODE_FONT = "Libertinus Serif", "DejaVu Sans Mono"
READER = (
    "markdown-raw_html-raw_tex-raw_attribute-yaml_metadata_block-pandoc_title_block-smart"
    "-tex_math_dollars-citations-example_lists-fancy_lists-native_divs-native_spans"
)
_HERE = Path(__file__).parent
_LONGEST_COMPLAINT = 600
_TABLE_STYLE = b"""<w:qFormat />
    <w:rPr><w:sz w:val="17" /><w:szCs w:val="17" /></w:rPr>
    <w:tblPr>
      <w:tblBorders>
        <w:top w:val="single" w:sz="8" /><w:bottom w:val="single" w:sz="8" />
        <w:insideH w:val="single" w:sz="2" w:color="CCCCCC" />
      </w:tblBorders>"""
_A4 = b"""<w:sectPr>
      <w:pgSz w:w="11906" w:h="16838" />
      <w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567"
        w:footer="567" w:gutter="0" />
      <w:footnotePr>"""
_DOCX_CHANGES = {
    "word/document.xml": ((b"<w:sectPr>\n      <w:footnotePr>", _A4),),
    "word/styles.xml": (
        (
            b'<w:style w:type="table" w:default="1" w:styleId="Table">\n'
            b'    <w:name w:val="Table" />\n    <w:basedOn w:val="TableNormal" />\n'
            b"    <w:semiHidden />\n    <w:unhideWhenUsed />\n    <w:qFormat />\n    <w:tblPr>",
            b'<w:style w:type="table" w:default="1" w:styleId="Table">\n'
            b'    <w:name w:val="Table" />\n    <w:basedOn w:val="TableNormal" />\n' + _TABLE_STYLE,
        ),
    ),
}


def render_pdf(markdown: str, folder: Path, *, time: datetime) -> bytes:
    """A PDF (A4) of Markdown whose pictures lie under `folder`.

    Raises ReportError that names a Debian package where no font draws a letter of it.
    """
    extra = fonts_for(markdown)
    fonts = folder / ".fonts"
    fonts.mkdir(exist_ok=True)
    for font in extra:
        shutil.copy(font.path, fonts / font.path.name)
    families = [BODY_FONT, CODE_FONT, *(font.family for font in extra)]
    options = ["--template", str(_HERE / "template.typ")]
    options += [f"--variable=font:{family}" for family in families]
    source = folder / ".report.typ"
    source.write_bytes(_pandoc(markdown, folder, "typst", time, options))
    try:
        pdf = typst.compile(
            source,
            root=folder,
            format="pdf",
            font_paths=[fonts],
            ignore_system_fonts=True,
            timestamp=_seconds(time),
        )
    except typst.TypstError as error:
        raise ReportError(f"typst could not set the report: {_shortened(str(error))}") from error
    if not isinstance(pdf, bytes):
        raise ReportError("typst gave no single PDF; install the version that srlab asks for")
    return pdf


def render_docx(markdown: str, folder: Path, *, time: datetime) -> bytes:
    """A Word file (A4) of Markdown whose pictures lie under `folder`."""
    reference = folder / ".reference.docx"
    reference.write_bytes(_reference_docx())
    return _pandoc(markdown, folder, "docx", time, ["--reference-doc", str(reference)])


def render_latex(markdown: str, folder: Path, *, time: datetime) -> bytes:
    """A LaTeX file, one column A4, that refers to the pictures by their path under `folder`."""
    options = ["--include-in-header", str(_HERE / "preamble.tex")]
    return _pandoc(markdown, folder, "latex", time, options)


def render_html(markdown: str, folder: Path, *, time: datetime) -> bytes:
    """One HTML file with pictures and style inside."""
    options = ["--embed-resources", "--css", str(_HERE / "style.css")]
    return _pandoc(markdown, folder, "html5", time, options)


def _pandoc(
    markdown: str, folder: Path, target: str, time: datetime, options: Sequence[str]
) -> bytes:
    """What pandoc makes; the heading of level 1 becomes the title, a user's templates stay out."""
    command = [pypandoc.get_pandoc_path(), f"--from={READER}", f"--to={target}", "--standalone"]
    command += [
        f"--data-dir={folder}",
        "--shift-heading-level-by=-1",
        f"--columns={PAGE_COLUMNS}",
        "--output=-",
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(_seconds(time))}
    done = subprocess.run(
        [*command, *options],
        input=markdown.encode(),
        capture_output=True,
        cwd=folder,
        env=environment,
        check=False,
    )
    if done.returncode:
        complaint = _shortened(done.stderr.decode(errors="replace"))
        raise ReportError(f"pandoc could not make {target} of the report: {complaint}")
    return done.stdout


@lru_cache(maxsize=1)
def _reference_docx() -> bytes:
    """pandoc's own model of a Word file, on A4, with lines and smaller letters in its tables."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    original = subprocess.run(command, capture_output=True, check=True).stdout
    made = BytesIO()
    with ZipFile(BytesIO(original)) as before, ZipFile(made, "w") as after:
        for item in before.infolist():
            content = before.read(item)
            for old, new in _DOCX_CHANGES.get(item.filename, ()):
                content = content.replace(old, new, 1)
            after.writestr(item, content)
    return made.getvalue()


def _seconds(time: datetime) -> int:
    return int(time.replace(tzinfo=UTC).timestamp())


def _shortened(text: str) -> str:
    return text.strip()[:_LONGEST_COMPLAINT]
