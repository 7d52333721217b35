"""The same module on PyTorch: state dicts go both ways, and outputs and all gradients agree."""

import itertools

import numpy as np
import pytest

import picograd as pg
from tests.picograd import test_parity

torch = None if test_parity.MISSING else test_parity.torch
_torch_is_there = test_parity._torch_is_there

# name, arguments, and the inputs: a shape is of normal numbers, an array is as it is
NUMBERS = np.random.default_rng(2).integers(0, 5, (4, 6))
MODULES = [
    ("Linear", {"in_features": 3, "out_features": 4}, [(2, 3)]),
    ("Linear", {"in_features": 3, "out_features": 4, "bias": False}, [(2, 5, 3)]),
    ("Linear", {"in_features": 3, "out_features": 4}, [(3,)]),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 3}, [NUMBERS]),
    ("LayerNorm", {"normalized_shape": 5}, [(2, 4, 5)]),
    ("LayerNorm", {"normalized_shape": (4, 5), "eps": 1e-3}, [(2, 4, 5)]),
    ("LayerNorm", {"normalized_shape": [5], "bias": False}, [(4, 5)]),
    ("LayerNorm", {"normalized_shape": 5, "elementwise_affine": False}, [(4, 5)]),
    ("RMSNorm", {"normalized_shape": 5}, [(2, 4, 5)]),
    ("RMSNorm", {"normalized_shape": (4, 5), "eps": 1e-3}, [(2, 4, 5)]),
    ("RMSNorm", {"normalized_shape": 5, "elementwise_affine": False}, [(4, 5)]),
    ("BatchNorm1d", {"num_features": 5}, [(4, 5)]),
    ("BatchNorm1d", {"num_features": 5, "momentum": None, "eps": 1e-3}, [(4, 5, 3)]),
    ("BatchNorm1d", {"num_features": 5, "momentum": 0.3, "bias": False}, [(4, 5, 3)]),
    ("BatchNorm1d", {"num_features": 5, "affine": False}, [(4, 5)]),
    ("BatchNorm1d", {"num_features": 5, "track_running_stats": False}, [(4, 5)]),
    *((name, {}, [(3, 4)]) for name in ("ReLU", "Tanh", "Sigmoid", "SiLU", "GELU")),
    ("GELU", {"approximate": "tanh"}, [(3, 4)]),
    ("Flatten", {}, [(2, 3, 4)]),
    ("Flatten", {"start_dim": 0, "end_dim": 1}, [(2, 3, 4)]),
    ("Dropout", {"p": 0.0}, [(2, 3)]),
]

SIZES = {"input_size": 3, "hidden_size": 4}
for layers, bias, batch_first, given in itertools.product(
    (1, 2), (True, False), (True, False), (True, False)
):
    options = SIZES | {"num_layers": layers, "bias": bias, "batch_first": batch_first}
    sequences, state = [(2, 5, 3), (5, 2, 3)][not batch_first], (layers, 2, 4)
    MODULES += [
        ("RNN", options, [sequences, state][: 1 + given]),
        ("GRU", options, [sequences, state][: 1 + given]),
        ("LSTM", options, [sequences, (state, state)][: 1 + given]),
    ]
for name in ("RNN", "GRU", "LSTM"):
    state = ((2, 4), (2, 4)) if name == "LSTM" else (2, 4)
    MODULES.append((name, SIZES | {"num_layers": 2, "dropout": 0.0}, [(5, 3), state]))
for name, bias, batch in itertools.product(("RNNCell", "GRUCell", "LSTMCell"), (True, False), ((2,), ())):
    state = ((*batch, 4), (*batch, 4)) if name == "LSTMCell" else (*batch, 4)
    MODULES.append((name, SIZES | {"bias": bias}, [(*batch, 3), state]))


def tensors(lib, x, dtype, rng):
    """An entry of the inputs as leaves: one, or a tuple of them."""
    if isinstance(x, tuple) and not isinstance(x[0], int):
        return tuple(tensors(lib, part, dtype, rng) for part in x)
    if isinstance(x, tuple):
        x = rng.normal(size=x)
    if x.dtype.kind != "f":
        return lib.tensor(x)
    return lib.tensor(x.astype(dtype), requires_grad=True)


def flat(x):
    return [part for entry in x for part in flat(entry)] if isinstance(x, (tuple, list)) else [x]


def built(lib, name, options, dtype):
    options = {key: lib.tensor(x) if isinstance(x, np.ndarray) else x for key, x in options.items()}
    module = getattr(lib.nn, name)(**options)
    return module.double() if dtype == "float64" else module.float()


def arrays(named):
    return {name: x.detach().numpy() for name, x in named}


def run(lib, module, inputs, dtype):
    """Everything that comes out of two steps forward and one back, as arrays by name."""
    rng = np.random.default_rng(3)
    leaves = [tensors(lib, x, dtype, rng) for x in inputs]
    module(*leaves)  # in training batch norm becomes another
    outs = flat(module(*leaves))
    pairs = [(out, lib.tensor(rng.normal(size=tuple(out.shape)).astype(dtype))) for out in outs]
    sum((out * g).sum() for out, g in pairs).backward()
    return (
        {f"output {i}": out.detach().numpy() for i, out in enumerate(outs)}
        | {f"∂input {i}": x.grad.numpy() for i, x in enumerate(flat(leaves)) if x.grad is not None}
        | {f"∂{name}": x.grad.numpy() for name, x in module.named_parameters()}
        | arrays(module.state_dict().items())
        | {"in eval mode": flat(module.eval()(*leaves))[0].detach().numpy()}
    )


LABELS = [f"{name}-{i}" for i, (name, _, _) in enumerate(MODULES)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "options", "inputs"), MODULES, ids=LABELS)
def test_a_module_is_that_of_pytorch(name, options, inputs, dtype):
    ours, theirs = (built(lib, name, options, dtype) for lib in (pg, torch))
    for source, target, lib in ((ours, theirs, torch), (theirs, ours, pg)):
        state = arrays(source.state_dict().items())
        said = target.load_state_dict({key: lib.tensor(x) for key, x in state.items()})
        assert said == ([], [])
    assert repr(ours) == repr(theirs)
    results = [run(lib, module, inputs, dtype) for lib, module in ((pg, ours), (torch, theirs))]
    assert list(results[0]) == list(results[1])
    rtol, atol = (2e-5, 5e-6) if dtype == "float32" else (1e-10, 1e-11)
    for key, x in results[0].items():
        other = results[1][key]
        assert (x.dtype, x.shape) == (other.dtype, other.shape), key
        np.testing.assert_allclose(x, other, rtol=rtol, atol=atol, err_msg=key)


def tied(lib):
    """A model with all that a state can hold; the same source on either library."""

    class Model(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = lib.nn.Embedding(5, 3)
            self.blocks = lib.nn.ModuleList([lib.nn.Linear(3, 3) for _ in range(2)])
            self.head = lib.nn.Linear(3, 5, bias=False)
            self.head.weight = self.wte.weight
            self.scale = lib.nn.Parameter(lib.ones(3))
            self.register_buffer("mask", lib.ones(2))
            self.register_buffer("scratch", lib.ones(2), persistent=False)
            self.register_buffer("nothing", None)
            self.net = lib.nn.Sequential(lib.nn.BatchNorm1d(3), lib.nn.ReLU())

    return Model()


def test_names_of_everything_inside_come_in_the_order_of_pytorch():
    ours, theirs = tied(pg), tied(torch)
    for names in (
        lambda m: [name for name, _ in m.named_parameters()],
        lambda m: [name for name, _ in m.named_parameters(prefix="model", recurse=False)],
        lambda m: [name for name, _ in m.named_buffers()],
        lambda m: [name for name, _ in m.named_modules()],
        lambda m: list(m.state_dict()),
        lambda m: [tuple(x.shape) for x in m.parameters()],
        lambda m: [type(x).__name__ for x in m.modules()],
        lambda m: len(list(m.children())),
        repr,
    ):
        assert names(ours) == names(theirs)


@pytest.mark.parametrize(
    "change",
    [
        lambda state, lib: state.pop("mask"),
        lambda state, lib: state.update(more=lib.ones(1), yet=lib.ones(2)),
        lambda state, lib: state.update(mask=lib.ones(3), scale=lib.ones(1, 3)),
        lambda state, lib: state.update(head=state.pop("scale")),
        lambda state, lib: [state.pop(f"blocks.{i}.weight") for i in (1, 0)],
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_state_that_does_not_fit_is_refused_in_the_words_of_pytorch(change, strict):
    said = []
    for lib in (pg, torch):
        model = tied(lib)
        state = dict(model.state_dict())
        change(state, lib)
        try:
            said.append(tuple(model.load_state_dict(state, strict=strict)))
        except RuntimeError as error:
            said.append(str(error).replace("torch.Size([3])", "(3,)").replace("torch.Size([2])", "(2,)"))
            said[-1] = said[-1].replace("torch.Size([1, 3])", "(1, 3)")
    assert said[0] == said[1]


def language_model(lib, kind):
    nn = lib.nn
    return nn.ModuleList([nn.Embedding(7, 8), getattr(nn, kind)(8, 8, batch_first=True), nn.Linear(8, 7)])


def losses(lib, kind, start, tokens, steps):
    """Those of gradient descent on the next token. Written once, run on either library."""
    nn = lib.nn
    model = language_model(lib, kind)
    model.load_state_dict({name: lib.tensor(x) for name, x in start.items()})
    embedding, network, head = model
    x, y = lib.tensor(tokens[:, :-1]), lib.tensor(tokens[:, 1:])
    out = []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(head(network(embedding(x))[0]).flatten(0, 1), y.flatten())
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        with lib.no_grad():
            for parameter in model.parameters():
                parameter -= 2.0 * parameter.grad
        out.append(loss.item())
    return out


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_hundred_steps_of_a_recurrent_network_have_the_losses_of_pytorch(kind):
    tokens = (np.arange(14)[:, None] + np.arange(9) * 3) % 7
    start = arrays(language_model(pg, kind).state_dict().items())
    ours, theirs = (losses(lib, kind, start, tokens, 100) for lib in (pg, torch))
    assert ours[-1] < 0.5 * ours[0]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)


@pytest.mark.parametrize("norm_type", [2.0, 1, 3, float("inf")])
@pytest.mark.parametrize("max_norm", [0.5, 100])
def test_gradients_are_clipped_as_in_pytorch(norm_type, max_norm):
    rng = np.random.default_rng(4)
    gradients, totals = [rng.normal(size=shape) for shape in ((3, 4), (5,), ())], []
    clipped = []
    for lib in (pg, torch):
        leaves = [lib.zeros(g.shape, dtype=lib.float64, requires_grad=True) for g in gradients]
        for leaf, g in zip(leaves, gradients, strict=True):
            leaf.grad = lib.tensor(g)
        totals.append(lib.nn.utils.clip_grad_norm_(leaves, max_norm, norm_type).item())
        clipped.append([leaf.grad.numpy() for leaf in leaves])
    assert totals[0] == pytest.approx(totals[1], rel=1e-12)
    for ours, theirs in zip(*clipped, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_gains_are_those_of_pytorch():
    for name in ("linear", "sigmoid", "tanh", "relu", "selu"):
        assert pg.nn.init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    for slope in (None, 0, 0.2, 5**0.5):
        args = ("leaky_relu", slope)
        assert pg.nn.init.calculate_gain(*args) == pytest.approx(torch.nn.init.calculate_gain(*args))
