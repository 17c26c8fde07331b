"""What stands before Django in every web process: pages kept until the record changes, and a limit for whoever asks too much."""
