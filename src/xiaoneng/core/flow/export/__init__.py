"""Event logs for other programs (导出): XES and OCEL 2.0, in which experts can go on elsewhere."""

from .formats import LIFECYCLES, Exported, ExportFormat, export_formats, format_of
from .ocel import write_ocel
from .xes import write_xes

__all__ = ["LIFECYCLES", "ExportFormat", "Exported", "export_formats", "format_of", "write_ocel", "write_xes"]
