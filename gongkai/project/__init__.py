"""Settings, addresses, wiring and the console command."""
