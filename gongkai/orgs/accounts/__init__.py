"""Accounts at the desk, kept by three different people (三员分立): opened, given a role, read over."""
