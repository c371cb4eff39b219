"""Persian writing: its characters, and the named rules that clean it."""
