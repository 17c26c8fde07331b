"""What the statutes say: figures with their articles, calendars, clocks. Dates come in as arguments."""
