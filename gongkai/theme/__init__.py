"""Design tokens, base templates, components and the slots that pages offer to others."""
