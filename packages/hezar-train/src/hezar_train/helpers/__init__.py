"""Published helpers of Hezar 1.0.0, for training loops of one's own; nothing inside imports them."""
