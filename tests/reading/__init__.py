"""Tests of gongkai.reading."""
