"""The contract suites: what every backend must do. Needs pytest (the extra ``test``).

A backend's test subclasses a contract and gives its one fixture::

    class TestMyRecords(RecordStoreContract):
        @pytest.fixture
        def store(self):
            yield MyRecordStore(...)      # empty
"""

from .artifacts import ArtifactStoreContract
from .cache import CacheContract
from .documents import DocumentStoreContract
from .online import OnlineStoreContract
from .records import RecordStoreContract

__all__ = [
    "ArtifactStoreContract",
    "CacheContract",
    "DocumentStoreContract",
    "OnlineStoreContract",
    "RecordStoreContract",
]
