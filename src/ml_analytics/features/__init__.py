"""Pure feature code: indicators, labels, FeatureEngineeringPipeline, the leak certificate, DataProcessor.
May import ``core``."""
