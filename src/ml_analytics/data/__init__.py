"""Loaders, validation, ingest and promotion (documents to tables), snapshots, time-aware splits. May
import ``core``, ``stores``."""
