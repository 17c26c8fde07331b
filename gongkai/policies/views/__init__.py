"""What this app answers to a browser: pages for readers, files, and the desk's own pages beside Wagtail's."""
