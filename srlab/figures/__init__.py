"""Printed figures: strips of cuts, triples of whole images, charts, as PNG bytes.

Problem: pyplot keeps figures in global state, picks a window system, and draws empty boxes for
letters that its font lacks. Choice: matplotlib's object API on Agg alone; pixels of samples are
enlarged by whole factors with nearest neighbour and placed without resampling; a question mark
stands for a letter of a name that no font draws, and the report says so. Consequences: the same
input gives the same bytes, from any thread, on a machine without a screen.

May import: image, errors. Never torch, the store or the report.
"""
