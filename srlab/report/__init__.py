"""Writes up a store: its numbers become a document, the document Markdown, the Markdown the rest.

Problem: a report whose sentences are typed by hand says other numbers than its tables, and one
whose tables are strings cannot be checked. Choice: `material` reads the store once, `compose`
makes a frozen `Document` of values from it, `markdown` prints that, and pandoc and typst turn the
same Markdown into PDF, DOCX, LaTeX and HTML. All wording is in `words`. Consequences: every number
comes from `rows.csv`, which lies beside the report and whose digest the report names; a renderer
never sees the store; the same store gives the same bytes.

May import: analysis, store, figures, metrics and upscale (their catalogs), image, data, errors.
Never torch, never Streamlit.
"""
