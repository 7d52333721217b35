"""picograd.models: every model keeps the contract of the book, whatever it is built of."""

import numpy as np
import pytest
from companion.contract_check import ContractError, check_is_language_model

import picograd as pg
from picograd.models import FFN, GPT, GPTConfig, NGram, Recurrent

SMALL, LETTERS = ".ab", ".abcdefghijklmnopqrstuvwxyz"
NAMES = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "charlotte", "amelia", "harper", "q", "zoe"]


def loud(model, seed=0):
    """The model with weights so large that it has opinions; its strings end all the same."""
    rng = np.random.default_rng(seed)
    with pg.no_grad():
        for p in model.parameters():
            p.copy_(pg.tensor(rng.normal(size=p.shape), dtype=pg.float32) * (0.5 if p.ndim > 1 else 0.1))
    return model


def models(vocabulary, names, L):
    config = GPTConfig(V=len(vocabulary), T=4, D=8, H=2, L=L, dropout=0.1)
    yield "add alpha", NGram(vocabulary, 3, alpha=0.5).fit(names)
    yield "unigram", NGram(vocabulary, 1, alpha=0).fit(names)
    yield "recursive", NGram(vocabulary, 4, k=2.5).fit(names)
    yield "FFN", loud(FFN(vocabulary, T=2, E=3, D=8))
    yield "FFN of two layers", loud(FFN(vocabulary, T=3, E=3, D=8, L=2, bias=False))
    for kind in ("RNN", "GRU", "LSTM"):
        yield kind, loud(Recurrent(vocabulary, kind, E=3, D=6, L=L))
    yield "GPT", loud(GPT(config, vocabulary))


FEW = dict(models(SMALL, ["a", "ab", "bab", ""], L=2))
MANY = dict(models(LETTERS, NAMES, L=1))


@pytest.mark.parametrize("name", FEW)
def test_a_model_of_three_tokens_keeps_the_contract_on_all_short_strings(name, capsys):
    check_is_language_model(FEW[name], draws=60)
    assert "all of up to 6 letters" in capsys.readouterr().out


@pytest.mark.parametrize("name", MANY)
def test_a_model_of_27_tokens_keeps_the_contract_by_prefixes_and_draws(name, capsys):
    check_is_language_model(MANY[name], draws=40)
    assert "by prefixes" in capsys.readouterr().out


class Unmasked(GPT):
    """Attention without a mask: every row of pmfs sees all tokens."""

    def step(self, tokens_BT, memory=None):
        attention = pg.nn.functional.scaled_dot_product_attention

        def unmasked(*args, is_causal=False, **options):
            return attention(*args, **options)

        pg.nn.functional.scaled_dot_product_attention = unmasked
        try:
            return super().step(tokens_BT, memory)
        finally:
            pg.nn.functional.scaled_dot_product_attention = attention


class Noisy(GPT):
    """Dropout stays on while it answers."""

    def eval(self):
        return self

    def train(self, mode=True):
        return self


class Stateful(Recurrent):
    """The state of one string is carried into the next."""

    last = None

    def step(self, tokens_BT, memory=None):
        logits_BTV, self.last = super().step(tokens_BT, self.last if memory is None else memory)
        return logits_BTV, self.last


CONFIG = GPTConfig(V=3, T=8, D=8, H=2, L=2, dropout=0.3)
MUTANTS = {
    "a peek at the future": lambda: Unmasked(CONFIG, SMALL),
    "sample must draw from its generator alone": lambda: Noisy(CONFIG, SMALL),
    "pmf depends on the order": lambda: Stateful(SMALL, "RNN", E=3, D=6),
}


@pytest.mark.parametrize("message", MUTANTS)
def test_a_spoiled_network_is_caught(message):
    with pytest.raises(ContractError, match=message):
        check_is_language_model(loud(MUTANTS[message]()), draws=60, quiet=True)
