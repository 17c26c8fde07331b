"""Signing in: password and second factor, lock-out, sessions, and the log of who looked at personal data."""
