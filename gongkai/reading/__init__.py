"""A file in, an official document out: blocks, elements, clauses and tables, each with evidence."""
