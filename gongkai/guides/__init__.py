"""Services 办事事项 and their guides: what one needs, where, how long and by which way."""
