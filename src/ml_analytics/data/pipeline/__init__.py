"""ETL in named steps: outputs cached by content, a killed run goes on where it was."""

from .outputs import Output
from .pipeline import DataPipeline, PipelineResult, StepResult
from .plan import Plan, StepPlan
from .step import PipelineStep, StepError

__all__ = [
    "DataPipeline",
    "Output",
    "PipelineResult",
    "PipelineStep",
    "Plan",
    "StepError",
    "StepPlan",
    "StepResult",
]
