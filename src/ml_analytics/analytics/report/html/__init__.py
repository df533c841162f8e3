"""The report as one HTML file: tables and captions that can be read anywhere, charts that answer to a finger."""
