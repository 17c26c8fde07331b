"""`python -m gongkai` is the console command."""

from gongkai.project.cli import main

main()
