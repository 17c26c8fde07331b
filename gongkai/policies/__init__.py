"""Policy documents: taken in from files, kept with their originals, published with their clauses."""
