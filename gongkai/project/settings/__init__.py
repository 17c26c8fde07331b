"""Settings: `base` serves one machine as it is and a production site by environment; `test` is for the tests."""
