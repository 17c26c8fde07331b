"""Tests of services, their guides, the import and what proposes links."""
