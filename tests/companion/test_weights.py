"""weights.py: the reader's weights where there are any, the committed ones in CI, and recorded tables."""

import json

import numpy as np
import pytest
from companion import ResultError, Table, keep, stored, trained
from companion.weights import publish

import picograd


@pytest.fixture
def folders(tmp_path, monkeypatch):
    for variable in ("CI", "APPENDIX_RECORD"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("APPENDIX_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("APPENDIX_KEPT", str(tmp_path / "kept"))
    monkeypatch.setattr("companion.weights.RESULTS", tmp_path / "results")
    return tmp_path


def state(value):
    return {"weight": picograd.tensor(np.full((2, 3), value, dtype=np.float32))}


def value(name):
    return trained(name)["weight"].numpy()[0, 0]


def published(name, number):
    publish(name, state(number), seed=3, command="make train", curve=[(0, 3.3), (100, 2.4)])


def test_committed_weights_come_back_with_their_story(folders):
    published("ffn", 1)
    assert value("ffn") == 1
    assert json.loads((folders / "data/weights/ffn.json").read_text()) == \
        {"seed": 3, "command": "make train", "curve": [[0, 3.3], [100, 2.4]]}


def test_the_readers_own_weights_are_preferred(folders):
    published("ffn", 1)
    keep("ffn", state(2))
    assert value("ffn") == 2
    assert (folders / "kept/ffn.safetensors").exists()


@pytest.mark.parametrize("variable, setting", [("CI", "true"), ("APPENDIX_RECORD", "1")])
def test_ci_and_recording_take_the_committed_weights_and_keep_none(folders, monkeypatch, variable, setting):
    published("ffn", 1)
    keep("ffn", state(2))
    monkeypatch.setenv(variable, setting)
    keep("ffn", state(3))
    assert value("ffn") == 1
    monkeypatch.delenv(variable)
    assert value("ffn") == 2


def test_a_model_is_kept_by_its_state_dict(folders):
    class Model:
        def state_dict(self):
            return state(4)

    keep("rnn", Model())
    assert value("rnn") == 4


def test_without_a_setting_weights_are_kept_in_the_readers_home(folders, monkeypatch):
    monkeypatch.delenv("APPENDIX_KEPT")
    monkeypatch.setenv("HOME", str(folders))
    keep("gpt", state(5))
    assert (folders / ".cache/appendix-a/gpt.safetensors").exists()


def test_an_unknown_name_lists_what_there_is(folders):
    with pytest.raises(ValueError, match="no weights are called 'ffn'; there are none yet"):
        trained("ffn")
    published("rnn", 1)
    keep("gpt", state(2))
    with pytest.raises(ValueError, match="no weights are called 'ffn'; there are gpt, rnn"):
        trained("ffn")


@pytest.mark.parametrize("name", ["../ffn", "", "a/b", "FFN", None, ".ffn"])
def test_a_name_is_no_path(folders, name):
    for call in (trained, stored, lambda n: keep(n, state(1))):
        with pytest.raises(ValueError, match="small letters, digits and hyphens"):
            call(name)


def test_a_table_is_recorded_on_demand_only(folders, monkeypatch):
    table = Table(["n", "seconds"], [["1", 0.5]])
    assert keep("timings", table) is None
    with pytest.raises(ResultError, match="no table is recorded as 'timings': `make notebooks` records it"):
        stored("timings")
    monkeypatch.setenv("APPENDIX_RECORD", "1")
    assert keep("timings", table) is None
    assert repr(stored("timings")) == repr(table)
