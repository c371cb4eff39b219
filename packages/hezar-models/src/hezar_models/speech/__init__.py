"""From audio of any length to text with times: what a decoder of speech needs besides the engine of generation.

A recording is cut at pauses into windows, windows are decoded in batches (`decoding`) under the rules of time tokens
(`rules`), looked at and decoded again where they went wrong (`fallback`), and become segments on the clock of the recording
(`segments`), on request with times of words (`word_times`).
"""
