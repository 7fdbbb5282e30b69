"""Where pieces of work that do not need each other are done: here, or by Dask workers."""
