"""The files of a report."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from srlab.analysis.frames import Filter
from srlab.errors import ReportError, UsageError
from srlab.image.files import write_image
from srlab.report.render import render_pdf
from srlab.report.write import FORMATS, write_report
from srlab.store.store import Store


@pytest.fixture(scope="module")
def folder(made_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in every format."""
    place = tmp_path_factory.mktemp("written")
    write_report(made_store, place, formats=FORMATS)
    return place


def test_the_files_asked_for_are_written_and_nothing_else(folder: Path):
    assert sorted(path.name for path in folder.iterdir()) == [
        "figures",
        "report.docx",
        "report.html",
        "report.md",
        "report.pdf",
        "report.tex",
        "rows.csv",
    ]


def test_the_paths_written_are_returned_the_reports_last(made_store: Store, tmp_path: Path):
    paths = write_report(made_store, tmp_path, formats=("pdf", "pdf"))
    assert [path.name for path in paths] == ["rows.csv", "report.pdf"]


def test_markdown_refers_to_figures_that_are_there(folder: Path):
    names = re.findall(r"\]\((figures/[^ )]+)", (folder / "report.md").read_text())
    assert len(names) == 4
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in names)


def test_the_digest_that_the_report_names_is_that_of_rows_csv(folder: Path):
    digest = hashlib.sha256((folder / "rows.csv").read_bytes()).hexdigest()
    assert digest in (folder / "report.md").read_text()


def test_the_pdf_has_pages_and_the_numbers_of_the_markdown(folder: Path):
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, check=True
    )
    pages = done.stdout.decode().split("\f")[:-1]
    assert 2 <= len(pages) <= 5
    assert all(page.strip() for page in pages)
    numbers = re.findall(r"\d+\.\d\d(?= dB)", (folder / "report.md").read_text())
    assert numbers
    assert all(number in "".join(pages) for number in numbers)


def test_the_same_store_gives_the_same_bytes(folder: Path, made_store: Store, tmp_path: Path):
    write_report(made_store, tmp_path, formats=FORMATS)
    for path in tmp_path.rglob("*.*"):
        again = folder / path.relative_to(tmp_path)
        assert path.read_bytes() == again.read_bytes(), path.name


def test_the_word_file_is_a4_and_holds_tables_and_pictures(folder: Path):
    with zipfile.ZipFile(folder / "report.docx") as archive:
        document = archive.read("word/document.xml").decode()
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        styles = archive.read("word/styles.xml").decode()
    assert document.count("<w:tbl>") == (folder / "report.md").read_text().count("\nTable: ")
    assert len(pictures) == 4
    assert re.search(r'<w:pgSz[^>]*w:w="11906"', document)
    assert "w:insideH" in styles


def test_every_environment_of_the_latex_file_is_closed(folder: Path):
    text = (folder / "report.tex").read_text()
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    assert text.count("{figures/") == 4


def test_the_html_file_needs_no_other_file(folder: Path):
    text = (folder / "report.html").read_text()
    assert len(re.findall(r'src="data:image/png;base64,', text)) == 4
    assert "<link" not in text
    assert not re.search(r'(src|href)="(?!data:|#)', text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_relative_folder_will_do(form: str, made_store: Store, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_report(made_store, "out", formats=(form,), selection=Filter(scales=[2]))
    assert (tmp_path / "out" / f"report.{form}").stat().st_size > 1000


def test_an_unknown_format_is_refused_before_anything_is_written(made_store: Store, tmp_path: Path):
    with pytest.raises(UsageError, match="did you mean pdf"):
        write_report(made_store, tmp_path / "new", formats=("md", "pfd"))
    assert not (tmp_path / "new").exists()


def test_a_title_of_ones_own_stands_on_top(made_store: Store, tmp_path: Path):
    write_report(made_store, tmp_path, title="Coursework #3: $SR$")
    assert (tmp_path / "report.md").read_text().startswith("# Coursework \\#3: \\$SR\\$\n")


def test_names_that_look_like_markup_are_printed_as_they_are(store_of, tmp_path: Path):
    store = store_of("a|b<script>*_$", "x`y` @me [l](u) & ~z~ ^", "# {x} $a$ #eval")
    write_report(store, tmp_path / "out", formats=("md", "pdf", "tex", "html"))
    assert "<script>*" not in (tmp_path / "out" / "report.html").read_text()
    assert "a|b&lt;script&gt;*_$</td>" in (tmp_path / "out" / "report.html").read_text()
    assert r"\#eval" in (tmp_path / "out" / "report.tex").read_text()


def test_letters_beyond_latin_are_set_without_an_installed_font(store_of, tmp_path: Path):
    write_report(store_of("Жук", "Ωμέγα"), tmp_path / "out", formats=("pdf",))
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_a_script_without_a_font_is_an_error_that_names_the_package(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("srlab.figures.fonts._fonts", _no_fonts)
    with pytest.raises(ReportError, match="apt-get install fonts-noto-core"):
        render_pdf("# ไทย", tmp_path, time=datetime(2026, 1, 1))


def test_only_a_pdf_needs_a_font_for_every_script(store_of, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("srlab.figures.fonts._fonts", _no_fonts)
    store, others = store_of("ไทย", "plain"), [form for form in FORMATS if form != "pdf"]
    write_report(store, tmp_path / "out", formats=others)
    text = (tmp_path / "out" / "report.md").read_text()
    assert "| ไทย" in text
    assert "a question mark stands for each letter of ไทย" in text
    with pytest.raises(ReportError, match="apt-get install fonts-noto-core"):
        write_report(store, tmp_path / "out", formats=("pdf",))


def test_text_goes_on_above_a_picture_that_needs_the_next_page(tmp_path: Path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    (tmp_path / "figures").mkdir()
    write_image(tmp_path / "figures" / "a.png", np.zeros((100, 100), np.uint8))
    before = "\n\n".join(f"before{i}" for i in range(20))
    markdown = f"# T\n\n{before}\n\n![c](figures/a.png)\n\nafter\n"
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(render_pdf(markdown, tmp_path, time=datetime(2026, 1, 1)))
    done = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    assert ["after" in page for page in pages] == [True, False]


def test_a_long_table_goes_on_on_the_next_page(tmp_path: Path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    rows = "\n".join(f"| row{i} | 1.00 |" for i in range(120))
    markdown = f"# T\n\n| a | b |\n| :--- | ---: |\n{rows}\n\nTable: Long\n"
    pdf = tmp_path / "long.pdf"
    pdf.write_bytes(render_pdf(markdown, tmp_path, time=datetime(2026, 1, 1)))
    done = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    assert len(pages) == 3
    assert all(40 < len(re.findall(r"row\d+", page)) < 60 for page in pages[:2])


def test_a_folder_that_is_a_file_is_an_error(made_store: Store, tmp_path: Path):
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(ReportError, match="could not be written"):
        write_report(made_store, place)


def _no_fonts(installed: object) -> tuple:
    del installed
    return ()
