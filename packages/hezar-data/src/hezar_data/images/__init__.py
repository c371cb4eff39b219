"""From images to pixel values."""
