"""Ticket classification: text, categories and numbers mixed, found by themselves."""

from .predict import predict_table
from .train import TableTraining, telltales, train_table

__all__ = ["TableTraining", "predict_table", "telltales", "train_table"]
