"""Chinese official text: numerals, dates, amounts, document numbers, clause numbers, references."""
