"""The few things every app stands on: events, audit, numbering, the clock. A closed list."""
