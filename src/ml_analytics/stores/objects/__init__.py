"""Artifacts in an object store or any other file system that fsspec knows."""
