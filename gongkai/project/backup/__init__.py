"""Backup and restore: one archive of all that cannot be made again, the keys in a file apart, and the way back."""
