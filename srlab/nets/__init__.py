"""Torch modules that make sr from lr, and the files of weights that fill them.

`checkpoint` reads a file safely, `recognise` finds the net that its keys and shapes belong to.
Importing this package imports no torch; its modules do.
"""
