"""The named rules that clean Persian text."""
