"""Where the time goes (流程分析): steps, waits, hand-overs, and where the mid-level blockage is."""

from .analysis import flow_findings, flow_tables
from .bottlenecks import bottlenecks
from .causes import case_causes, default_signature_names, split_waits, step_causes, wait_causes
from .comparing import compare
from .conformance import case_conformance, departures
from .directives import directive_levels, read_directives
from .export import (
    LIFECYCLES,
    Exported,
    ExportFormat,
    export_formats,
    format_of,
    write_ocel,
    write_xes,
)
from .findings import findings
from .graph import directly_follows, item_peers, spectrum, step_times
from .handovers import HOLDERS, absorption, case_flows, handover_counts, handovers, open_waits
from .inputs import FlowFiles, FlowInputs, read_case_papers, read_leaders
from .needless import needless_steps, steps_only_here
from .official import read_official_steps
from .overtaking import LISTED_FROM, overtaking, queue_cases
from .paths import case_paths, variant_traces
from .process import ProcessGraph, process_graph
from .telling import agency_label, days, finding_grounds, finding_sentence, percent
from .worked import worked_steps

__all__ = [
    "HOLDERS",
    "LIFECYCLES",
    "LISTED_FROM",
    "ExportFormat",
    "Exported",
    "FlowFiles",
    "FlowInputs",
    "ProcessGraph",
    "absorption",
    "agency_label",
    "bottlenecks",
    "case_causes",
    "case_conformance",
    "case_flows",
    "case_paths",
    "compare",
    "days",
    "default_signature_names",
    "departures",
    "directive_levels",
    "directly_follows",
    "export_formats",
    "finding_grounds",
    "finding_sentence",
    "findings",
    "flow_findings",
    "flow_tables",
    "format_of",
    "handover_counts",
    "handovers",
    "item_peers",
    "needless_steps",
    "open_waits",
    "overtaking",
    "percent",
    "process_graph",
    "queue_cases",
    "read_case_papers",
    "read_directives",
    "read_leaders",
    "read_official_steps",
    "spectrum",
    "split_waits",
    "step_causes",
    "step_times",
    "steps_only_here",
    "variant_traces",
    "wait_causes",
    "worked_steps",
    "write_ocel",
    "write_xes",
]
