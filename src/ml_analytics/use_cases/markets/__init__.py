"""The market run: bars in, an honest verdict, a served model and a trading report out."""

from .config import MarketConfig
from .live import Endpoint
from .run import MarketRun, Serve

__all__ = ["Endpoint", "MarketConfig", "MarketRun", "Serve"]
