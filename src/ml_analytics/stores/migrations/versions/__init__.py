"""One file per revision: ``r<number>_<what>.py``; never edited once released."""
