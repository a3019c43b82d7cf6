"""A row of widgets whose choices stand in the URL, so that a link restores a view.

The URL is taken over where it differs from what was last written there (a link was opened, or the
browser went back); otherwise the widgets count. A value that the store does not have is replaced
by the default, and a warning says so until another value is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.words import code

_WRITTEN = "_written_in_url"
_SEVERAL = "_choices_of_several"
_DEFAULTS = "_defaults_of_several"
_NOTES = "_notes_on_link"
T = TypeVar("T")


@dataclass
class Bar:
    """A row of widgets kept in the URL, each under its own name.

    Views that choose one and views that choose several share the name in the URL, not the widget.
    A widget's options may depend on what the ones before it gave.
    """

    place: DeltaGenerator = field(
        default_factory=lambda: st.container(horizontal=True, vertical_alignment="bottom")
    )

    def one(
        self,
        name: str,
        label: str,
        options: Sequence[T],
        *,
        default: T | None = None,
        show: Callable[[T], str] = str,
        width: int = 150,
    ) -> T:
        """One of `options` (not empty)."""
        fallback = default if default is not None and default in options else options[0]
        key = f"one-{name}"
        st.session_state[key] = _settled(name, label, options, fallback, show)
        chosen = self.place.selectbox(label, options, key=key, format_func=show, width=width)
        _write(name, [str(chosen)])
        return chosen

    def page(self, name: str, count: int) -> int:
        """One of the pages 1 to `count`; the first one where there is no other."""
        pages = range(1, max(1, count) + 1)
        key = f"one-{name}"
        st.session_state[key] = _settled(name, name, pages, 1, str)
        chosen = self.place.pagination(len(pages), key=key) if count > 1 else 1
        _write(name, [str(chosen)])
        return chosen

    def many(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        *,
        default: Sequence[str],
        show: Callable[[str], str] = str,
    ) -> list[str]:
        """One or more of `options`, in their order."""
        key = f"many-{name}"
        values = st.session_state[key] = _settled_many(name, label, options, default, show)
        chosen = self.place.multiselect(label, options, key=key, format_func=show, width=340)
        return _keep_many(name, [option for option in options if option in chosen] or values)

    def pills(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        *,
        show: Callable[[str], str] = str,
    ) -> list[str]:
        """One or more of a few `options` that all stand there, all of them at first."""
        key = f"many-{name}"
        values = st.session_state[key] = _settled_many(name, label, options, options, show)
        chosen = self.place.pills(label, options, selection_mode="multi", key=key, format_func=show)
        return _keep_many(name, [option for option in options if option in chosen] or values)


def choose_next(name: str, value: str) -> None:
    """Have `value` chosen at the next run; for a widget's callback."""
    st.session_state[f"one-{name}"] = value


def show_notes() -> None:
    """Say what a link asked for and the store does not have."""
    for text, _ in st.session_state.get(_NOTES, {}).values():
        st.warning(text, icon=":material/link_off:")


def _settled(
    name: str, label: str, options: Sequence[T], fallback: T, show: Callable[[T], str]
) -> T:
    """What a widget of one value has to show: what the link asks for, else what was chosen."""
    asked = _asked(name)
    if asked is None:
        remembered = _as_option(_written().get(name, [""])[0], options)
        kept = st.session_state.get(f"one-{name}", remembered)
        return kept if kept in options else fallback
    known = _as_option(asked[0], options)
    if known is None:
        _note(name, f"{label.lower()} {code(asked[0])}", code(show(fallback)), [str(fallback)])
        return fallback
    return known


def _settled_many(
    name: str,
    label: str,
    options: Sequence[str],
    default: Sequence[str],
    show: Callable[[str], str],
) -> list[str]:
    """As `_settled`, of several values; who never chose has the default also of new options."""
    fallback = [option for option in options if option in default] or list(options[:1])
    asked = _asked(name)
    before = st.session_state.setdefault(_DEFAULTS, {}).get(name)
    st.session_state[_DEFAULTS][name] = fallback
    if asked is None:
        kept = st.session_state.get(f"many-{name}") or _remembered().get(name, [])
        kept = fallback if kept == before else kept
        return [option for option in options if option in kept] or fallback
    values = [option for option in options if option in asked] or fallback
    if unknown := [text for text in asked if text not in options]:
        shown = ", ".join(code(show(value)) for value in values)
        _note(name, f"{label.lower()} {', '.join(map(code, unknown))}", shown, values)
    return values


def _keep_many(name: str, values: list[str]) -> list[str]:
    _write(name, values)
    _remembered()[name] = values
    return values


def _asked(name: str) -> list[str] | None:
    """What a link asks for; None where the URL says nothing new."""
    values = st.query_params.get_all(name)
    if not values:
        st.session_state.get(_NOTES, {}).pop(name, None)
    return values if values and values != _written().get(name) else None


def _write(name: str, values: list[str]) -> None:
    _, stands = st.session_state.get(_NOTES, {}).get(name, ("", values))
    if stands != values:
        st.session_state[_NOTES].pop(name)
    if st.query_params.get_all(name) != values:
        st.query_params[name] = values
    _written()[name] = values


def _written() -> dict[str, list[str]]:
    return st.session_state.setdefault(_WRITTEN, {})


def _remembered() -> dict[str, list[str]]:
    """Choices of several, which views that choose one leave alone."""
    return st.session_state.setdefault(_SEVERAL, {})


def _note(name: str, asked: str, shown: str, values: list[str]) -> None:
    text = (
        f"The link asks for {asked}, which is not stored for this choice. Shown instead: {shown}."
    )
    st.session_state.setdefault(_NOTES, {})[name] = (text, values)


def _as_option(text: str, options: Sequence[T]) -> T | None:
    return next((option for option in options if str(option) == text), None)
