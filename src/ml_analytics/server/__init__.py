"""The HTTP edge: API keys, Open Inference Protocol v2, limits. May import ``use_cases`` and below.

``app`` puts it together; ``server`` listens; ``v2`` holds the routes; ``access``, ``keys`` and ``roles`` say
who may; ``hosts``, ``limits``, ``http11`` and ``strict_json`` what is let in; ``messages``, ``tensors`` and
``answers`` translate; ``errors`` turns exceptions into answers.
"""

from .app import create_app
from .keys import create_key, list_keys, revoke_key
from .server import ModelServer, running

__all__ = ["ModelServer", "create_app", "create_key", "list_keys", "revoke_key", "running"]
