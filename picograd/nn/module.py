"""Module, what every layer and model is, and Parameter, the tensors in it that learn.

Everything is an ordinary attribute: what a module holds is read off the types of its attributes, in the order
in which they were first assigned. So __init__ needs no super().__init__(), and reading an attribute costs
what it costs in any object.
"""

from collections import namedtuple
from itertools import groupby
from types import NoneType

from picograd.dtypes import float16, float32, float64
from picograd.tensor import Tensor

__all__ = ["Module", "ModuleList", "Parameter", "Sequential"]


class Parameter(Tensor):
    """A tensor that a Module counts among its parameters. It shares its memory with `data`."""

    __slots__ = ()

    def __init__(self, data, requires_grad=True):
        super().__init__(data.detach().numpy(), requires_grad)
        self._shared = True

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"


class Module:
    """A function with parameters: a subclass assigns them, and other modules, and defines forward.

    training    whether layers such as Dropout behave as in training; train() and eval() set it
    """

    training = True
    _buffers = {}  # name: whether state_dict holds it. Replaced and never changed, for all modules begin here

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError(f'{type(self).__name__} is missing the required "forward" function')

    # What it holds

    def __setattr__(self, name, value):
        kinds = (Parameter, Module, Tensor) if name in self._buffers else (Parameter, Module)
        kind = next((kind for kind in kinds if isinstance(self.__dict__.get(name), kind)), object)
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"cannot assign a {type(value).__name__} as {name!r}, which is a {kind.__name__}")
        super().__setattr__(name, value)

    def _register(self, name, value, *kinds):
        if not isinstance(name, str) or not name or "." in name:
            raise KeyError(f'a name is a string, not empty and without ".": {name!r} is none')
        if hasattr(self, name) and not isinstance(vars(self).get(name, ...), (kinds[0], NoneType)):
            raise KeyError(f"attribute {name!r} already exists")
        if not isinstance(value, kinds):
            raise TypeError(f"{name!r} takes a {kinds[0].__name__}, not a {type(value).__name__}")
        setattr(self, name, value)

    def register_buffer(self, name, tensor, persistent=True):
        """A tensor that belongs to the state and does not learn; state_dict holds it if it is persistent."""
        self._register(name, tensor, Tensor, NoneType)
        self._buffers = self._buffers | {name: persistent}

    def add_module(self, name, module):
        self._register(name, module, Module)

    def _own(self, kind):
        return {name: value for name, value in self.__dict__.items() if isinstance(value, kind)}

    def _own_buffers(self, persistent=(True, False)):
        return {name: x for name, x in self._own(Tensor).items() if self._buffers.get(name) in persistent}

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Pairs (name, module): itself under the name "", then all inside, each once, outer ones first."""
        memo = set() if memo is None else memo
        if self not in memo:
            if remove_duplicate:
                memo.add(self)
            yield prefix, self
            for name, module in self._own(Module).items():
                yield from module.named_modules(memo, _joined(prefix, name), remove_duplicate)

    def _named(self, own, prefix, recurse):
        """Pairs (name, tensor) of what own(module) gives for every module, each tensor once."""
        modules = self.named_modules(None, prefix) if recurse else [(prefix, self)]
        pairs = ((_joined(path, name), x) for path, m in modules for name, x in own(m).items())
        once = {}
        for name, x in pairs:
            once.setdefault(id(x), (name, x))
        return iter(once.values())

    def named_parameters(self, prefix="", recurse=True):
        return self._named(lambda module: module._own(Parameter), prefix, recurse)

    def named_buffers(self, prefix="", recurse=True):
        return self._named(Module._own_buffers, prefix, recurse)

    def parameters(self, recurse=True):
        """All parameters, each once, however many modules share it."""
        return (x for _, x in self.named_parameters(recurse=recurse))

    def buffers(self, recurse=True):
        return (x for _, x in self.named_buffers(recurse=recurse))

    def modules(self):
        return (module for _, module in self.named_modules())

    def children(self):
        return iter({id(module): module for module in self._own(Module).values()}.values())

    # The state

    def state_dict(self):
        """Parameters and persistent buffers by name, in the same memory. A shared one has several names."""
        return {
            _joined(path, name): x.detach()
            for path, module in self.named_modules(remove_duplicate=False)
            for name, x in (module._own(Parameter) | module._own_buffers((True,))).items()
        }

    def load_state_dict(self, state_dict, strict=True):
        """Copy these numbers into the parameters and buffers of their names, or none if something is wrong.

        Returns the pair (missing_keys, unexpected_keys). Where strict, RuntimeError if there are any.
        """
        state, wrong = self.state_dict(), []
        missing = [name for name in state if name not in state_dict]
        unexpected = [name for name in state_dict if name not in state]
        for kind, names in ("Missing", missing), ("Unexpected", unexpected):
            if strict and names:
                quoted = '", "'.join(names)
                wrong.append(f'{kind} key(s) in state_dict: "{quoted}". ')
        both = [(name, x, state_dict[name]) for name, x in state.items() if name in state_dict]
        for name, x, new in both:
            if not isinstance(new, Tensor) or new.is_floating_point() > x.is_floating_point():
                kind = getattr(new, "dtype", type(new))
                wrong.append(f"{name} holds {x.dtype} numbers, and cannot hold {kind}")
            elif new.shape != x.shape:
                start = f"size mismatch for {name}: copying a param with shape {new.shape} from checkpoint"
                wrong.append(f"{start}, the shape in current model is {x.shape}.")
        if wrong:
            title = f"Error(s) in loading state_dict for {type(self).__name__}:"
            raise RuntimeError("\n\t".join([title, *wrong]))
        for _, x, new in both:
            x.copy_(new.detach())
        return LoadedKeys(missing, unexpected)

    # What is done to all of it

    def train(self, mode=True):
        """Training mode for this module and all inside it, or with False the other."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self):
        return self.train(False)

    def apply(self, fn):
        """Call fn with every module inside, inner ones first, then with this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def requires_grad_(self, requires_grad=True):
        for x in self.parameters():
            x.requires_grad_(requires_grad)
        return self

    def zero_grad(self):
        for x in self.parameters():
            x.grad = None

    def to(self, dtype):
        """Parameters, their gradients and buffers in another floating-point dtype; whole numbers stay."""
        if dtype not in (float16, float32, float64):
            raise TypeError(f"a module has floating-point parameters, not {dtype}")
        for x in (*self.parameters(), *self.buffers()):
            if x.is_floating_point():
                x.data = x.data.to(dtype)
                x.grad = None if x.grad is None else x.grad.to(dtype)
        return self

    def float(self):
        return self.to(float32)

    def double(self):
        return self.to(float64)

    # How it prints

    def extra_repr(self):
        """What stands between the brackets before the modules inside."""
        return ""

    def __repr__(self):
        extra = self.extra_repr()
        inside = [f"({name}): {text}" for name, text in self._texts()]
        if inside or "\n" in extra:
            lines = "\n".join([extra, *inside] if extra else inside)
            extra = "\n  " + lines.replace("\n", "\n  ") + "\n"
        return f"{type(self).__name__}({extra})"

    def _texts(self):
        return [(name, repr(module)) for name, module in self._own(Module).items()]


# What load_state_dict did not find, and what it found no place for.
LoadedKeys = namedtuple("LoadedKeys", "missing_keys unexpected_keys")


def _joined(path, name):
    return f"{path}.{name}" if path else name


# Modules in a row


class _Series(Module):
    """Modules called "0", "1", …: what Sequential and ModuleList have in common."""

    def __len__(self):
        return len(self._own(Module))

    def __iter__(self):
        return iter(self._own(Module).values())

    def __getitem__(self, index):
        chosen = list(self._own(Module).items())[index]
        return type(self)(dict(chosen)) if isinstance(index, slice) else chosen[1]

    def append(self, module):
        return self.extend([module])

    def extend(self, modules):
        for module in modules:
            self.add_module(str(len(self)), module)
        return self


class Sequential(_Series):
    """Each module applied to what the one before returned. A dictionary gives them names."""

    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                self.add_module(name, module)
        else:
            self.extend(modules)

    def forward(self, input):
        for module in self:
            input = module(input)
        return input


class ModuleList(_Series):
    """A list of modules whose parameters count. How they are applied is up to whoever holds it."""

    def __init__(self, modules=()):
        self.extend(modules.values() if isinstance(modules, dict) else modules)

    def _texts(self):
        """Equal modules in a row as one: (0-3): 4 x Linear(…)."""
        for text, run in groupby(enumerate(self), key=lambda pair: repr(pair[1])):
            first, *others = [i for i, _ in run]
            yield (f"{first}-{others[-1]}", f"{1 + len(others)} x {text}") if others else (first, text)
