"""Tests of gongkai.text."""
