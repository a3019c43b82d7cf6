"""From a store to a `Document`: the sections in their order."""

from __future__ import annotations

from srlab.analysis.frames import Filter
from srlab.report import words
from srlab.report.document import Document, Provenance
from srlab.report.extremes import extremes
from srlab.report.material import Material, gather, set_title
from srlab.report.provenance import failures, provenance
from srlab.report.results import intervals, results
from srlab.report.setting import images, scoring, summary, upscalers
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

_SECTIONS = (
    summary,
    images,
    upscalers,
    scoring,
    results,
    extremes,
    intervals,
    failures,
    provenance,
)


def compose(store: Store, selection: Filter | None = None, *, title: str | None = None) -> Document:
    """The report on the selected scores (all by default) as a document.

    Raises ReportError where the store has none of them. A picture that is missing or damaged, rows
    of an unknown metric, and a letter that no figure can draw are named in a note.
    """
    material = gather(store, selection or Filter())
    return Document(
        title=title or words.title([set_title(name) for name in material.benchmarks]),
        subtitle=_subtitle(material),
        blocks=tuple(block for section in _SECTIONS for block in section(material)),
        provenance=Provenance(
            rows_csv=material.rows_csv, sha256=material.sha256, newest=material.newest
        ),
    )


def _subtitle(material: Material) -> str:
    upscaler_names = set(material.rows["upscaler"]) - {REFERENCE}
    return words.subtitle(len(upscaler_names), material.scales, material.metrics)
