"""New tokens from a GPT-2 small and a T5-base, for one prompt and for many; one module per table.

Prompts are token ids: tokenizing is no part of any side.
"""
