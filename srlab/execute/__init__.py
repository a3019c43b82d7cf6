"""Maps a function over jobs, in this process, in processes or on a Ray cluster.

It knows nothing of images or scores. Whatever the executor, `run_jobs` yields `Done` or `Failed`
as jobs end, keeps few jobs in flight, and stops cleanly when its caller stops listening.
"""
