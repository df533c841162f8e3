"""Load, compile, predict, cache under a memory budget; every prediction logged. May import ``core``,
``stores``, ``data``, ``features``, ``models``, ``registry``."""
