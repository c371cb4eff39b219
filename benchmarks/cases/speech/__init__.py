"""Whisper-small with random weights, from features to tokens.

Each side generates as many tokens for a window as thirty seconds of Persian have, neither more nor fewer, so that all do the
same work whatever the random weights say.
"""
