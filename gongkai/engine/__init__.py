"""Finding and quoting: passages in, hits out. Plain Python that runs in a notebook."""
