"""A plug-in of Hezar with one model."""
