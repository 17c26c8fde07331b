"""Commands of Django's that the kernel extends."""
