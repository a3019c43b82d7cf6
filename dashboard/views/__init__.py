"""One script a page; Streamlit runs it as `__main__`, tests import it."""
