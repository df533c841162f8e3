"""Where tables come from besides local files: addresses of file systems, SQL databases, MongoDB."""
