"""What Streamlit runs for every page: navigation, empty states, and the page itself."""

from __future__ import annotations

import streamlit as st

from dashboard import results
from dashboard.words import code, counted
from srlab.errors import SrlabError, StoreMissingError
from srlab.store.store import Store, default_store

FIRST_STEP = "srlab evaluate -b skimage -u bicubic -u lanczos -s 3"
TRAINING = "Training"
"""The page that needs no scores."""
LOOK_EVERY_SECONDS = 5
_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4.25rem 2.25rem 2rem; }
@media (max-width: 1150px) {
  [class*="st-key-beside"] [data-testid="stHorizontalBlock"] { flex-direction: column; }
  [class*="st-key-beside"] [data-testid="stColumn"] { width: 100%; flex: none; }
}
</style>
"""


def main() -> None:
    """Show the page that the URL names."""
    st.set_page_config(page_title="srlab", page_icon="🔍", layout="wide")
    page = st.navigation(
        [
            st.Page("views/leaderboard.py", title="Leaderboard", default=True),
            st.Page("views/rankings.py", title="Rankings"),
            st.Page("views/image.py", title="Image"),
            st.Page("views/flips.py", title="Flips"),
            st.Page("views/training.py", title=TRAINING),
        ],
        position="top",
    )
    st.html(_STYLE)
    try:
        store = Store.open()
        known = results.coverage(store)
        if known.empty and page.title != TRAINING:
            _say_what_to_run(f"The store {code(str(store.root))} holds no scores yet.")
            return
        page.run()
        _footer(store, int(known["n"].sum()))
    except StoreMissingError:
        _say_what_to_run(f"There is no store at {code(str(default_store()))}.")
    except SrlabError as error:
        st.error(f"{error.code}: {code(str(error))}", icon=":material/error:")


def _say_what_to_run(what: str) -> None:
    st.header("Nothing to show yet")
    st.markdown(f"{what} Score a few images first; this takes half a minute and no download:")
    st.code(FIRST_STEP, language="bash")
    st.markdown("Then reload this page. Another store is named with `--store FOLDER`.")


def _footer(store: Store, count: int) -> None:
    st.caption(f"{counted(count, 'score')} in {code(str(store.root))}")
    _follow(results.watched(store))


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _follow(state: str) -> None:
    """Run the page again when a command has added something."""
    if results.watched(Store.open()) != state:
        st.rerun()


main()
