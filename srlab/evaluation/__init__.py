"""Evaluates upscalers over benchmarks: wanted minus stored, computed, kept.

`plan` is pure and decides what is to be done; `run` moves the jobs; `evaluate` is the call.
"""
