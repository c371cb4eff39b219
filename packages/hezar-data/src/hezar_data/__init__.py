"""From raw text, sound, images or data sets to tensors: the preprocessors, data sets and collators of Hezar."""
