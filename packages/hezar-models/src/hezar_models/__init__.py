"""Persian models in native torch: load, predict, save, publish."""
