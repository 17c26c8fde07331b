"""Pages of signing in: at the door, a person's own, and those of the security administrator and the auditor."""
