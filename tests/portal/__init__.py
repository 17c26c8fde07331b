"""Tests of the portal: pages about the site, doors, the map."""
