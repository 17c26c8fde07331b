"""Who wants to hear of what: one outgoing path for the desk's inbox, e-mail digests and other channels."""
