"""Template tags: `slots` is a builtin of every template, `parts` serves the theme's own components."""
