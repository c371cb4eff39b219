"""Published helpers of Hezar 1.0.0; nothing inside imports them."""
