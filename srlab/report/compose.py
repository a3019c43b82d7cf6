"""From a store to a `Document`: the sections in their order."""

from __future__ import annotations

from collections.abc import Sequence

from srlab.analysis.frames import Filter
from srlab.analysis.predictions import PredictionFilter
from srlab.report import words
from srlab.report.document import Document, Provenance
from srlab.report.extremes import extremes
from srlab.report.flip_places import every_flip
from srlab.report.material import Material, gather
from srlab.report.predictions import predictions as predictions_section
from srlab.report.provenance import failures, provenance
from srlab.report.results import intervals, results
from srlab.report.sets import set_title
from srlab.report.setting import images, scoring, summary, upscalers
from srlab.report.training import training
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

_SECTIONS = (
    summary,
    images,
    upscalers,
    training,
    scoring,
    results,
    extremes,
    predictions_section,
    intervals,
    every_flip,
    failures,
    provenance,
)


def compose(
    store: Store,
    selection: Filter | None = None,
    *,
    title: str | None = None,
    predictions: PredictionFilter | None = None,
    trainings: Sequence[str] = (),
) -> Document:
    """The report on the selected scores (all by default) as a document.

    `predictions` says which ones it is on, by default those of the selected images; `trainings`
    names those to tell of besides those that the selected upscalers came from. Raises
    ReportError where the store has none of either. A picture that is missing or damaged, rows
    of an unknown metric, and a letter that no figure can draw are named in a note.
    """
    material = gather(store, selection or Filter(), predictions=predictions, trainings=trainings)
    return Document(
        title=title or words.title([set_title(name) for name in material.every_set]),
        subtitle=_subtitle(material),
        blocks=tuple(block for section in _SECTIONS for block in section(material)),
        provenance=Provenance(
            rows_csv=material.rows_csv,
            sha256=material.sha256,
            newest=material.newest,
            files=material.files,
        ),
    )


def _subtitle(material: Material) -> str:
    rows, predicted = material.every_row, material.predicted
    scales = {*rows["scale"], *(scale for item in predicted for scale in item.scales)}
    names = {*rows["upscaler"], *(name for item in predicted for name in item.upscalers)}
    return words.subtitle(
        len(names - {REFERENCE}),
        sorted(map(int, scales)),
        material.metrics,
        sorted({item.classifier for item in predicted}),
    )
