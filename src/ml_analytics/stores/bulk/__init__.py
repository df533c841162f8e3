"""Whole tables of records as Arrow, without a Python object per value where that can be."""
