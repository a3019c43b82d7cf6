"""A study: one TOML file that says what is evaluated and how it is written up.

`read` checks the file against what it may say, `steps` does it, `files` scores and converts
images outside any store.
"""
