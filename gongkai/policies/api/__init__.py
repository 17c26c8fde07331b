"""The record for programmers: JSON, a feed, the text in other forms, everything at once; described in openapi.py."""
