"""Published helpers of Hezar 1.0.0 for custom training loops; nothing inside imports them."""
