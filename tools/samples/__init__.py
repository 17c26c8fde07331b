"""What makes the sample files of the invented 示例区 out of the texts in texts/."""
