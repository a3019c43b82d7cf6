"""Metrics, one file each: a metric is a plain function `(sr, hr) -> float`.

What a catalog says of one (title, unit, direction) stands in its row, not beside its code. May
import `image` and what lies below it. Only `lpips` imports torch, and nothing here imports
`lpips`: a catalog row reaches it by a lazy `"module:object"` string.
"""
