"""From pictures to pixel values."""
