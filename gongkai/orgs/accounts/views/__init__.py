"""Pages of accounts and of the audit chain at the desk."""
