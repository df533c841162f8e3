"""The only composer: MLSystem, ModelTrainer, resumable runs. May import everything above it in the way of
the data."""
