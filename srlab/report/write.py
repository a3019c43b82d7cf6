"""The files of a report: `report.*`, its figures, and the rows that every number comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

from srlab.analysis.frames import Filter
from srlab.analysis.predictions import PredictionFilter
from srlab.errors import ReportError, UsageError
from srlab.report.compose import compose
from srlab.report.document import Document
from srlab.report.markdown import FIGURES, to_markdown
from srlab.report.render import render_docx, render_html, render_latex, render_pdf
from srlab.store.store import Store

ROWS = "rows.csv"


_RENDERERS: dict[str, Callable[..., bytes] | None] = {
    "md": None,
    "pdf": render_pdf,
    "docx": render_docx,
    "tex": render_latex,
    "html": render_html,
}
FORMATS = tuple(_RENDERERS)


def write_report(
    store: Store | Path | str | None,
    folder: Path | str,
    *,
    formats: Sequence[str] = ("md",),
    title: str | None = None,
    selection: Filter | None = None,
    predictions: PredictionFilter | None = None,
    trainings: Sequence[str] = (),
) -> list[Path]:
    """Write up the selected scores (all by default) into `folder`; the files written.

    `predictions` says which predictions it is on; by default those of the images selected.
    `trainings` names those to tell of besides those that the upscalers came from.
    `report.FORMAT` for each of `formats` (those of FORMATS), `rows.csv`, where there are
    predictions `predictions.csv`, `flips.csv` (one for each set and classifier) and
    `classes.csv`, and for Markdown and LaTeX `figures/*.png`. Files come whole, and the report
    last. Raises UsageError for an unknown format, ReportError for a store with nothing to write
    up, a PDF's letter without a font, or a folder that cannot be written.
    """
    wanted = [_known(name) for name in dict.fromkeys(formats)]
    folder = Path(folder)
    opened = store if isinstance(store, Store) else Store.open(store)
    document = compose(opened, selection, title=title, predictions=predictions, trainings=trainings)
    with _named_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # pandoc runs in that folder, so a path under it must not be relative to this one.
        with TemporaryDirectory(dir=folder.resolve(), prefix=".report-") as temporary:
            names = _make(document, wanted, Path(temporary))
            return [_put(Path(temporary) / name, folder / name) for name in names]


def _known(name: str) -> str:
    if name in FORMATS:
        return name
    near = get_close_matches(name.lower().lstrip("."), FORMATS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"no report is written as {name!r}; {hint}expected one of {', '.join(FORMATS)}"
    )


def _make(document: Document, formats: Sequence[str], folder: Path) -> list[str]:
    """All files under `folder`, and the names of those to keep, the reports last."""
    (folder / FIGURES).mkdir()
    names = [ROWS]
    (folder / ROWS).write_bytes(document.provenance.rows_csv)
    for file in document.provenance.files:
        (folder / file.name).write_bytes(file.content)
        names.append(file.name)
    referring = {"md", "tex"} & {*formats}
    for figure in document.figures:
        name = f"{FIGURES}/{figure.name}"
        (folder / name).write_bytes(figure.png)
        names += [name] if referring else []
    markdown, time = to_markdown(document), document.provenance.newest
    for wanted in formats:
        render = _RENDERERS[wanted]
        content = render(markdown, folder, time=time) if render else markdown.encode()
        (folder / f"report.{wanted}").write_bytes(content)
        names.append(f"report.{wanted}")
    return names


def _put(made: Path, place: Path) -> Path:
    place.parent.mkdir(exist_ok=True)
    return made.replace(place)


@contextmanager
def _named_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"the report could not be written to {folder}: {error.strerror or error}; name a "
            "folder that you may write, with room in it"
        ) from error
