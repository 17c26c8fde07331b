"""Home, navigation, and the pages that belong to the site as a whole."""
