"""picograd's models with `import torch as picograd`: the same files, run on PyTorch."""

import sys
import types
from importlib.util import find_spec
from pathlib import Path

import torch

import picograd.models


def load(name):
    """The module picograd.models.<name>, every `picograd.` in it being torch's."""
    module = types.ModuleType(f"torch_models.{name}")
    source = Path(find_spec(f"picograd.models.{name}").origin).read_text(encoding="utf-8")
    lines = source.split("\n")
    lines[lines.index("import picograd")] = "import torch as picograd"
    sys.modules[module.__name__] = module  # dataclasses look their module up
    ours = sys.modules["picograd.models.language_model"]
    if name != "language_model":
        sys.modules["picograd.models.language_model"] = load("language_model")
    try:
        exec(compile("\n".join(lines), f"{name}.py on torch", "exec"), module.__dict__)
    finally:
        sys.modules["picograd.models.language_model"] = ours
    return module


def twin(module, ours, *args, **kwargs):
    """The model of the same class on PyTorch, with the same weights."""
    model = getattr(module, type(ours).__name__)(*args, **kwargs)
    model.load_state_dict({name: torch.tensor(x.numpy().copy()) for name, x in ours.state_dict().items()})
    return model


__all__ = ["load", "picograd", "twin"]
