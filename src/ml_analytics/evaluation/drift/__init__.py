"""Drift of features. One more test is one file with one small class, and one line here."""

from .chi_square import ChiSquare
from .comparison import Comparison, DriftTest
from .detector import DEFAULT_TESTS, DriftDetector
from .false_discovery import benjamini_hochberg
from .ks import KolmogorovSmirnov
from .missing import MissingShare
from .psi import PopulationStabilityIndex
from .report import DriftReport, FeatureDrift
from .sample import Sample

__all__ = [
    "DEFAULT_TESTS",
    "ChiSquare",
    "Comparison",
    "DriftDetector",
    "DriftReport",
    "DriftTest",
    "FeatureDrift",
    "KolmogorovSmirnov",
    "MissingShare",
    "PopulationStabilityIndex",
    "Sample",
    "benjamini_hochberg",
]
