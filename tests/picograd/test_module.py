"""nn/module.py: what a module holds, its state, and what is done to all of it."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import picograd as pg
from picograd import nn


class Plain(nn.Module):
    """Without super().__init__()."""

    def __init__(self):
        self.inner = nn.Linear(2, 3)
        self.scale = nn.Parameter(pg.ones(3))
        self.register_buffer("mean", pg.zeros(3))
        self.register_buffer("scratch", pg.zeros(1), persistent=False)
        self.notes, self.plain = ["a list"], pg.ones(1)

    def forward(self, x):
        return (self.inner(x) - self.mean) * self.scale


class WithSuper(Plain):
    def __init__(self):
        super(Plain, self).__init__()
        Plain.__init__(self)


class Tied(nn.Module):
    def __init__(self):
        self.wte, self.head = nn.Embedding(5, 3), nn.Linear(3, 5, bias=False)
        self.head.weight = self.wte.weight


@pytest.mark.parametrize("kind", [Plain, WithSuper])
def test_what_a_module_holds_is_read_off_its_attributes(kind):
    model = kind()
    assert [name for name, _ in model.named_parameters()] == ["scale", "inner.weight", "inner.bias"]
    assert [name for name, _ in model.named_buffers()] == ["mean", "scratch"]
    assert list(model.state_dict()) == ["scale", "mean", "inner.weight", "inner.bias"]
    assert [name for name, _ in model.named_modules()] == ["", "inner"]
    assert list(model.children()) == [model.inner]
    assert model(pg.ones(4, 2)).shape == (4, 3)


def test_instances_share_nothing():
    first, second = Plain(), nn.Linear(1, 1)
    second.register_buffer("extra", pg.ones(1))
    assert nn.Module._buffers == {} and "extra" not in first._buffers
    assert first.training and not second.eval().training and nn.Module.training


def test_a_shared_parameter_is_counted_once_and_saved_under_both_names():
    model = Tied()
    assert [name for name, _ in model.named_parameters()] == ["wte.weight"]
    assert list(model.state_dict()) == ["wte.weight", "head.weight"]
    model.head(model.wte(pg.tensor([1, 2]))).sum().backward()
    assert model.wte.weight.grad is model.head.weight.grad


def test_a_shared_module_is_counted_once_and_applied_as_often_as_it_stands_there():
    twice = nn.Linear(2, 2)
    model = nn.Sequential(twice, nn.Tanh(), twice)
    assert len(model) == 3 and len(list(model.parameters())) == 2
    assert len(list(model.modules())) == 3 and len(list(model.children())) == 2
    assert len(model.state_dict()) == 4
    x = pg.randn(3, 2)
    assert (model(x) == twice(twice(x).tanh())).all()


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match='Module is missing the required "forward"'):
        nn.Module()(1)


# Registering


@pytest.mark.parametrize("register", ["register_buffer", "add_module"])
@pytest.mark.parametrize(
    ("name", "error"),
    [("a.b", KeyError), ("", KeyError), ("forward", KeyError), (3, KeyError), ("ok", TypeError)],
)
def test_a_name_or_a_value_that_cannot_be_registered_is_refused(register, name, error):
    model = Plain()
    with pytest.raises(error, match=rf"{name}.*(is none|already exists|takes a)"):
        getattr(model, register)(name, "something else")
    assert "something else" not in vars(model).values()


def test_what_is_there_already_is_not_overwritten_by_another_kind():
    model = Plain()
    with pytest.raises(KeyError, match="'notes' already exists"):
        model.register_buffer("notes", pg.ones(1))
    with pytest.raises(KeyError, match="'scale' already exists"):
        model.add_module("scale", nn.ReLU())


@pytest.mark.parametrize(("name", "kind"), [("scale", "Parameter"), ("inner", "Module"), ("mean", "Tensor")])
def test_an_attribute_stays_what_it_was(name, kind):
    model = Plain()
    with pytest.raises(TypeError, match=f"cannot assign a float as '{name}', which is a {kind}"):
        setattr(model, name, 1.0)
    setattr(model, name, None)
    assert name not in str(list(model.state_dict()))


def test_a_tensor_is_no_parameter_and_a_new_buffer_stays_a_buffer():
    model = Plain()
    with pytest.raises(TypeError, match="a Tensor as 'scale', which is a Parameter"):
        model.scale = pg.ones(3)
    model.mean = pg.ones(3)
    assert model.state_dict()["mean"].tolist() == [1, 1, 1]


def test_nothing_may_be_registered_in_the_place_of_a_tensor():
    model = nn.Module()
    model.register_buffer("nothing", None)
    assert model.nothing is None and model.state_dict() == {} and list(model.buffers()) == []


# Parameter


def test_a_parameter_shares_memory_with_its_data_and_requires_grad():
    data = pg.zeros(2)
    parameter = nn.Parameter(data)
    data[0] = 7
    assert parameter.requires_grad and parameter.is_leaf and parameter.tolist() == [7, 0]
    assert not nn.Parameter(data, requires_grad=False).requires_grad
    assert isinstance(parameter, pg.Tensor) and type(parameter * 1) is pg.Tensor


def test_a_frozen_parameter_is_not_updated_behind_the_back_of_its_data():
    parameter = nn.Parameter(pg.ones(2), requires_grad=False)
    with pytest.raises(RuntimeError, match="memory that tensors share"):
        parameter += pg.ones(2, requires_grad=True)


def test_whole_numbers_are_parameters_only_without_gradient():
    with pytest.raises(RuntimeError, match="only floating-point"):
        nn.Parameter(pg.tensor([1]))
    assert nn.Parameter(pg.tensor([1]), requires_grad=False).dtype == pg.int64


# The state


def test_a_state_shares_the_memory_of_the_module_and_requires_no_grad():
    model = Plain()
    state = model.state_dict()
    assert not state["scale"].requires_grad
    state["scale"][0] = 9
    assert model.scale.tolist() == [9, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": pg.ones(4)},
        {"mean": np.ones(3)},
        {"mean": None},
        {"more": pg.ones(1)},
    ],
)
def test_of_a_state_that_does_not_fit_nothing_is_loaded(wrong):
    model, other = Plain(), Plain()
    before = {name: x.clone() for name, x in model.state_dict().items()}
    with pytest.raises(RuntimeError, match=r"^Error\(s\) in loading state_dict for Plain:\n\t.*(mean|more)"):
        model.load_state_dict(other.state_dict() | wrong)
    assert all((x == before[name]).all() for name, x in model.state_dict().items())


def test_fractions_are_not_loaded_into_whole_numbers():
    model = nn.BatchNorm1d(2)
    with pytest.raises(
        RuntimeError, match="num_batches_tracked holds int64 numbers, and cannot hold float32"
    ):
        model.load_state_dict(model.state_dict() | {"num_batches_tracked": pg.tensor(0.5)})


def test_loading_converts_keeps_the_parameter_and_copies():
    model, weight = nn.Linear(1, 1), pg.tensor([[0.5]], dtype=pg.float64)
    parameter = model.weight
    missing, unexpected = model.load_state_dict({"weight": weight, "other": weight}, strict=False)
    assert (missing, unexpected) == (["bias"], ["other"])
    weight[0] = 3
    assert model.weight is parameter and parameter.dtype == pg.float32 and parameter.item() == 0.5
    assert parameter.requires_grad


structures = st.recursive(
    st.sampled_from(["Linear", "LayerNorm", "BatchNorm1d", "ReLU"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def grown(structure):
    if isinstance(structure, list):
        return nn.Sequential(*map(grown, structure))
    return getattr(nn, structure)(*{"Linear": (2, 2), "ReLU": ()}.get(structure, (2,)))


@given(structures)
def test_a_state_makes_another_model_the_same_function(structure):
    model, other, x = grown(structure), grown(structure), pg.randn(3, 2)
    model(x)
    other.load_state_dict(model.state_dict())
    assert (model.eval()(x) == other.eval()(x)).all()
    names = [name for name, _ in model.named_parameters()]
    assert len(names) == len(set(names)) and set(names) <= set(model.state_dict())


def test_copies_keep_what_is_shared_inside_and_share_nothing_with_the_original():
    model = Tied()
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert again.head.weight is again.wte.weight and type(again.wte.weight) is nn.Parameter
        again.wte.weight.data.zero_()
        assert (model.wte.weight != 0).all()


# All of it


def test_train_and_eval_reach_everything_inside_and_return_the_module():
    model = nn.Sequential(nn.Sequential(nn.Dropout()), nn.BatchNorm1d(2))
    assert model.eval() is model and not any(module.training for module in model.modules())
    assert model.train() is model and all(module.training for module in model.modules())


def test_apply_goes_from_the_inside_out():
    seen, model = [], nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
    assert model.apply(lambda module: seen.append(type(module).__name__)) is model
    assert seen == ["ReLU", "Sequential", "Tanh", "Sequential"]


def test_gradients_are_forgotten():
    model = nn.Linear(2, 2)
    model(pg.ones(1, 2)).sum().backward()
    assert model.weight.grad is not None
    model.zero_grad()
    assert model.weight.grad is None


def test_a_frozen_module_gets_no_gradient():
    model = nn.Sequential(nn.Linear(2, 2).requires_grad_(False), nn.Linear(2, 2))
    model(pg.ones(1, 2)).sum().backward()
    assert model[0].weight.grad is None and model[1].weight.grad is not None


def test_another_dtype_keeps_parameters_gradients_ties_and_whole_numbers():
    model = nn.Sequential(nn.BatchNorm1d(3), Tied())
    weight = model[1].head.weight
    model[1].head(pg.ones(1, 3)).sum().backward()
    assert model.double() is model
    assert model[1].wte.weight is weight and weight.dtype == weight.grad.dtype == pg.float64
    assert model[0].running_mean.dtype == pg.float64 and model[0].num_batches_tracked.dtype == pg.int64
    model[1].head(pg.ones(1, 3, dtype=pg.float64)).sum().backward()
    assert weight.grad.dtype == pg.float64 and model.float()[0].weight.dtype == pg.float32
    with pytest.raises(TypeError, match="floating-point parameters, not int64"):
        model.to(pg.int64)


# Modules in a row


def test_a_sequential_is_indexed_sliced_extended_and_named():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert model[-1] is model[2] and [type(m) for m in model] == [nn.Linear, nn.ReLU, nn.Linear]
    assert model[1:][0] is model[1] and list(model[1:].state_dict()) == ["2.weight", "2.bias"]
    assert len(model[:0]) == 0 and model[:0](3) == 3
    assert model.append(nn.Tanh()) is model and type(model[3]) is nn.Tanh
    named = nn.Sequential({"first": nn.Linear(2, 2), "second": nn.Tanh()})
    assert list(named.state_dict()) == ["first.weight", "first.bias"] and named[1] is named.second


def test_a_module_list_is_a_list_whose_parameters_count():
    layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    layers.extend([nn.Tanh()]).append(nn.ReLU())
    assert len(layers) == 5 and len(list(layers.parameters())) == 6
    assert list(layers[1:3].state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert layers[1:3][0] is layers[1]
    with pytest.raises(NotImplementedError):
        layers(1)


def test_what_is_not_there_or_no_module_is_refused():
    with pytest.raises(IndexError):
        nn.Sequential()[0]
    for wrong in (pg.relu, None):
        with pytest.raises(TypeError, match="'0' takes a Module, not a "):
            nn.Sequential(wrong)
