"""A corpus into a store: read, split, embed what is new, and keep it."""

from hf_integrations.bulk.documents import Document, gone_from, python_reference, read_folder
from hf_integrations.bulk.ingest import Report, Step, ingest, refuse_mixture
from hf_integrations.bulk.splitting import Piece, split

__all__ = [
    "Document",
    "Piece",
    "Report",
    "Step",
    "gone_from",
    "ingest",
    "python_reference",
    "read_folder",
    "refuse_mixture",
    "split",
]
