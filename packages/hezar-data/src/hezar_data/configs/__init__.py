"""The published configs of preprocessors and datasets; importing them imports neither numpy, tokenizers nor torch.

Each kind has a module of its own, so that whoever loads a tokenizer need not define the configs of datasets.
"""
