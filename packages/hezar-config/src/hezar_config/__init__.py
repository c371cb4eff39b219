"""Typed, validated YAML configs of every Hezar module, readable with nothing else installed."""
