"""Writes up a store: its numbers become a document, the document Markdown, the Markdown the rest.

Problem: a report whose sentences are typed by hand says other numbers than its tables, and one
whose tables are strings cannot be checked. Choice: `material` reads the store once, `compose`
makes a frozen `Document` of values from it, `markdown` prints that, and pandoc and typst turn the
same Markdown into PDF, DOCX, LaTeX and HTML. All wording is in `phrases` (numbers, names, lists)
and the modules called `*words`; `flip_words` the commands and the app share. Consequences: every
number comes from `rows.csv` and `predictions.csv`, which lie beside the report and whose digests
the report names; a renderer never sees the store; the same store gives the same bytes.

The part on predictions: `predicted` reads, `predictions` is the section, with `flip_pictures`,
`flip_causes` and `flip_places`; `prediction_files` makes the files of rows.

May import: analysis, store, figures, metrics and upscale (their catalogs), image, data, errors.
Never torch, never Streamlit.
"""
