"""What happens to a file between a clerk's hands and the record: kept aside, scanned, judged, read, cleared away."""
