"""The Streamlit app over a store: leaderboard, rankings, one image seen closely, flips.

`python -m dashboard` serves it. Lives here: `server` (the ASGI app and how it is run), `app` (what
Streamlit runs: navigation and the page), `images` (the routes that carry PNG bytes), `results`
(reads the store; the only file that caches), `study` (what became of predictions, for `results`),
`bar` (widgets and the URL), `selection` (what a view shows), `words` (numbers and names as people
read them), `views` (one script a page), `viewer` (components that show pixels), `flips` (the parts
of the flips page).

May import srlab's reading parts (store, analysis, image, the catalogs), Streamlit and Plotly; never
torch. Pixels that are to be compared reach the browser as the store's own PNG bytes, because
Streamlit's image element encodes anew.
"""
