"""What the stored numbers say: frames in, frames out; never torch.

`frames` reads, `leaderboard`, `ranking` and `paired` summarise, `interval` holds the statistics,
`published` the values of papers. Rows of different protocols or degradations are never mixed.
"""
