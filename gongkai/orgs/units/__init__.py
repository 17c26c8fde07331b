"""Units before the public, and the guide to information that each of them keeps."""
