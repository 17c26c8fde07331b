"""Units, groups of units, staff and their accounts."""
