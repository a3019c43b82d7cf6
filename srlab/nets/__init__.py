"""Torch modules that make sr from lr, and the files of weights that fill them.

`spec` says what a net is, without torch; `checkpoint` reads a stranger's file safely, `header`
writes and reads our own, `recognise` builds the net that a header, or keys and shapes, tell of.
Importing this package or `spec` imports no torch; the other modules do.
"""
