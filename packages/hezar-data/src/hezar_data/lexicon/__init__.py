"""The Persian words Hezar knows, and how its verbs are conjugated: data files, and what reads them."""
