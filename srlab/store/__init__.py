"""The store: a folder that holds scores, predictions, failures, runs and images.

Problem: many short-lived processes write at once, any of them may be killed, and millions of rows
must be read in well under a second. One database file admits one writer. Choice: append-only
Parquet shards, written whole (temporary name, fsync, rename) and named by the digest of their
content, queried by an in-memory DuckDB; images are PNG files named by the digest of what they are.
Consequences: no locks between writers and readers; a shard that was cut or flipped is recognised,
named and left out while all others are still read; a row is never changed, the newest of one
identity counts, and `compact` merges what has piled up.

May import: fingerprint, errors. Never torch, never NumPy's images: bytes come in, bytes go out.
"""
