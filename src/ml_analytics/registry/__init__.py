"""Models, versions, lineage, promotion and audit. May import ``core``, ``stores``, ``models``,
``evaluation``."""
