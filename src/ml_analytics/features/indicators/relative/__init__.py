"""Scale-free twins of prices and volumes: a model that saw 1999 can read 2018."""

from __future__ import annotations

from . import distances, volume

INDICATORS = (*distances.INDICATORS, *volume.INDICATORS)
