"""Models that were made elsewhere: looked at by a process that may die, then stored as our own.

A file from elsewhere is never given to a native library in this process. A child process with limits on memory, CPU
and time (:mod:`.limits`) lets the library read it, asks for an answer, and writes it down as a model file of this
package; only that is read here, with all the checks of the one loader.
"""

from .bring import import_model
from .limits import Limits

__all__ = ["Limits", "import_model"]
