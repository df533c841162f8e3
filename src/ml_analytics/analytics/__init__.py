"""Pure trading performance and risk, and the reports that show them. May import ``core``."""
