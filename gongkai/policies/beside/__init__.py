"""What a clerk compares: the original file on one side, what was read on the other, and the doubtful places in both."""
