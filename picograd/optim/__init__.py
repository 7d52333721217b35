"""Optimisers, which move parameters against their gradients, and schedules for their learning rates."""

from picograd.optim import lr_scheduler
from picograd.optim.optimizer import SGD, Adam, AdamW, Optimizer

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "lr_scheduler"]
