"""Tests of the engine: chunking, terms, finding, marking, and the life of an index."""
