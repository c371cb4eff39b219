"""Persian AI in two lines: models, preprocessors, data sets, metrics and training."""
