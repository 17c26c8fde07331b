"""The one list of what is searched, the index that follows events, and the results page."""
