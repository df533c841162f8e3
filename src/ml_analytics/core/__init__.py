"""Values, Protocols, errors, settings, tenant scope and clock. Imports nothing else of ours.

One idea per file: ``errors`` the family, ``tenant`` the scope, ``clock`` time and ranges, ``settings``,
``protocols`` what the rooms ask of each other, ``values`` what they hand each other, ``signature`` what a
model takes, ``frames``/``ohlcv``/``columns`` tables at the edge, ``canonical`` hashes, ``files`` durable
writes, ``names`` and ``yaml`` the guards at the door.
"""
