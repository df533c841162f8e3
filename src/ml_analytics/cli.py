"""The command line: thin, over pipelines and server."""
