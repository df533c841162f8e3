"""The cache and online features on Redis."""
