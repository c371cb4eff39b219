"""Names to classes: registries, decorators, builders, plug-ins, and the errors and helpers every Hezar package shares."""
