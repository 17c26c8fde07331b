"""The checks of the house: what holds for every file, page and setting, whoever wrote it."""
