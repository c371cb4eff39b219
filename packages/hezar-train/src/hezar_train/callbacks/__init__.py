"""What happens beside the training loop: progress, logs and plots, and whatever users add."""
