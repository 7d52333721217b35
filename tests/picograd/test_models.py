"""models: what each computes, by hand; windows, memories, and what is drawn from them."""

import collections
import itertools

import numpy as np
import pytest

import picograd as pg
from picograd.data import padded, windows
from picograd.models import FFN, GPT, GPTConfig, LanguageModel, NGram, Recurrent
from picograd.models.language_model import sharpened
from tests.tracer import tracing

ABC, LETTERS = ".abc", ".abcdefghijklmnopqrstuvwxyz"
CONFIG = GPTConfig(V=4, T=5, D=8, H=2, L=2)


def seeded(seed):
    return pg.Generator().manual_seed(seed)


def networks():
    pg.manual_seed(3)
    return [
        FFN(ABC, T=3, E=4, D=8, std=1.0),
        *(Recurrent(ABC, kind, E=4, D=8, L=2) for kind in ("RNN", "GRU", "LSTM")),
        GPT(CONFIG, ABC),
    ]


NETWORKS = networks()
NAMES = ["FFN", "RNN", "GRU", "LSTM", "GPT"]


# N-grams


def test_add_alpha_by_hand():
    model = NGram(".ab", 2, alpha=0.5).fit(["ab", "aab"])
    # After a: one a, two b. After the beginning: two a. After b: two ends.
    np.testing.assert_allclose(model.pmf("a"), np.array([0.5, 1.5, 2.5]) / 4.5)
    np.testing.assert_allclose(model.pmf("bba"), model.pmf("a"))
    np.testing.assert_allclose(model.pmf(""), np.array([0.5, 2.5, 0.5]) / 3.5)
    np.testing.assert_allclose(model.pmf("b"), np.array([2.5, 0.5, 0.5]) / 3.5)


def test_recursive_smoothing_by_hand():
    model = NGram(".ab", 2, k=3.0).fit(["ab", "aab"])
    unigram = (np.array([2, 3, 2]) + 3 / 3) / (7 + 3)
    np.testing.assert_allclose(model.pmf("a"), (np.array([0, 1, 2]) + 3 * unigram) / (3 + 3))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_counts_are_those_of_a_dictionary(n):
    rng = np.random.default_rng(n)
    texts = ["".join(rng.choice(list("abc"), rng.integers(0, 7))) for _ in range(40)]
    counted = collections.Counter()
    for text in texts:
        marked = "." * (n - 1) + text + "."
        counted.update(marked[i : i + n] for i in range(len(text) + 1))
    model = NGram(ABC, n, alpha=0.1).fit(texts)
    for context in itertools.chain.from_iterable(itertools.product("abc", repeat=m) for m in range(4)):
        u = ("." * n + "".join(context))[len(context) + 1 :]
        C_V = np.array([counted[u + b] for b in ABC])
        np.testing.assert_allclose(model.pmf("".join(context)), (C_V + 0.1) / (C_V.sum() + 0.4))


def test_without_smoothing_only_what_was_seen_has_a_pmf():
    model = NGram(ABC, 3, alpha=0).fit(["ab"])
    assert model.pmf("ab").tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="'ac' was never seen, and without smoothing has no PMF"):
        model.pmf("bac")
    assert NGram(ABC, 2, k=1).pmf("a").tolist() == [0.25] * 4  # nothing counted yet


@pytest.mark.parametrize("options", [{}, {"alpha": 1, "k": 1}, {"alpha": -1}, {"k": float("nan")}])
def test_an_ngram_has_one_way_of_smoothing(options):
    with pytest.raises(ValueError, match="one of alpha and k"):
        NGram(ABC, 2, **options)


def test_an_ngram_that_is_too_long_to_number_is_refused():
    NGram(LETTERS, 13, k=1)
    with pytest.raises(ValueError, match="14 tokens of 27 do not fit into a number of 64 bits"):
        NGram(LETTERS, 14, k=1)
    with pytest.raises(ValueError, match="n ≥ 1"):
        NGram(LETTERS, 0, k=1)


# Networks


def test_parameters_are_as_many_as_published():
    assert sum(p.numel() for p in FFN(LETTERS).parameters()) == 11_897
    assert sum(p.numel() for p in FFN(LETTERS, L=2, bias=False, std=0.01).parameters()) == 51_670


def test_an_ffn_is_its_formula():
    model = FFN(ABC, T=2, E=3, D=5)
    state = {name: x.numpy() for name, x in model.state_dict().items()}
    assert list(state) == ["C.weight", "hidden.0.weight", "hidden.0.bias", "out.weight", "out.bias"]
    X_BN = np.concatenate([state["C.weight"][[1, 0]], state["C.weight"][[3, 2]]], axis=1)
    h_BD = np.tanh(X_BN @ state["hidden.0.weight"].T + state["hidden.0.bias"])
    expected_BV = h_BD @ state["out.weight"].T + state["out.bias"]
    np.testing.assert_allclose(model(pg.tensor([[1, 3], [0, 2]])).detach().numpy(), expected_BV, rtol=1e-5)


def test_a_new_ffn_finds_all_tokens_nearly_equally_likely():
    pg.manual_seed(0)
    X_NT, y_N = windows([(5, 13, 13, 1), (1, 22, 1)], 3)
    loss = pg.nn.functional.cross_entropy(FFN(LETTERS)(X_NT), y_N)
    assert loss.item() == pytest.approx(np.log(27), abs=0.1)


def test_a_gpt_has_the_names_of_nanogpt_and_begins_as_it_does():
    pg.manual_seed(0)
    model = GPT(GPTConfig(V=27, T=8, D=64, H=4, L=2), LETTERS)
    block = [
        f"{layer}.{kind}"
        for layer in ("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")
        for kind in ("weight", "bias")
    ]
    names = ["wte.weight", "wpe.weight", *(f"h.{i}.{name}" for i in range(2) for name in block)]
    state = model.state_dict()
    assert list(state) == [*names, "ln_f.weight", "ln_f.bias", "lm_head.weight"]
    spread = {name: x.numpy().std() for name, x in state.items() if x.ndim > 1}
    for name, std in spread.items():
        assert std == pytest.approx(0.01 if "c_proj" in name else 0.02, rel=0.1), name
    assert all(x.numpy().any() == name.endswith("weight") for name, x in state.items() if x.ndim == 1)
    assert model.lm_head.weight is model.wte.weight
    assert sum(p.numel() for p in model.parameters()) == 27 * 64 + 8 * 64 + 2 * 49_984 + 128


def test_a_gpt_without_a_vocabulary_is_a_module():
    model = GPT(GPTConfig(V=100, T=3, D=8, H=2, L=1, bias=False, tied=False))
    assert model(pg.zeros(2, 3, dtype=pg.int64)).shape == (2, 3, 100)
    assert not any("bias" in name for name in model.state_dict())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GPT(CONFIG, ".ab"), "V the number of tokens"),
        (lambda: GPT(GPTConfig(D=10, H=4)), "D is a multiple of H"),
        (lambda: GPT(CONFIG)(pg.zeros(1, 6, dtype=pg.int64)), "6 tokens after 0; the window has 5"),
        (lambda: Recurrent(ABC, "LTSM"), "the kinds are RNN, GRU and LSTM, not 'LTSM'"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("pieces", [[1] * 5, [2, 3], [3, 1, 1], [5]])
def test_a_gpt_may_read_in_pieces_of_any_length_up_to_its_window(pieces):
    model, tokens, memory = NETWORKS[4], pg.tensor([[0, 1, 3, 2, 1], [0, 2, 2, 3, 3]]), None
    answers = []
    for piece in tokens.split(pieces, 1):
        answer, memory = model.step(piece, memory)
        answers.append(answer)
    found = pg.cat(answers, 1).detach().numpy()
    np.testing.assert_allclose(found, model(tokens).detach().numpy(), rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match="1 tokens after 5; the window has 5"):
        model.step(tokens[:, :1], memory)


def test_dropout_acts_in_training_and_never_in_an_answer():
    pg.manual_seed(1)
    model = GPT(GPTConfig(V=4, T=5, D=8, H=2, L=1, dropout=0.5), ABC)
    tokens = pg.tensor([[0, 1, 2]])
    assert (model(tokens) != model(tokens)).any()
    assert (model.pmf("ab") == model.pmf("ab")).all() and model.training
    with pytest.raises(IndexError):
        model.next_pmfs([(9,)])
    assert model.training
    model.eval()
    assert (model(tokens) == model(tokens)).all() and model.pmf("a").shape == (4,) and not model.training


def test_answers_leave_no_graph_behind():
    for model in NETWORKS:
        model.generate("ab", 5, generator=seeded(1))
        assert all(p.grad is None for p in model.parameters()) and pg.is_grad_enabled()


@pytest.mark.parametrize("model", NETWORKS, ids=NAMES)
def test_one_pass_over_a_string_says_what_pmf_says(model):
    text = "abcabbcaacb."
    P_TV = model.pmfs(text)
    for t in range(len(text)):
        np.testing.assert_allclose(P_TV[t], model.pmf(text[:t]), atol=1e-6)
    assert model.pmfs("").shape == (0, 4)
    assert model.pmfs("a").shape == (1, 4)
    with pytest.raises(ValueError, match="goes on after the end mark"):
        model.pmfs("a.b")


@pytest.mark.parametrize("model", NETWORKS, ids=NAMES)
def test_memory_changes_nothing_but_the_time(model):
    rows, memory = [(), (), ()], None
    for t in range(12):
        p_BV, memory = model.next_pmfs(rows, memory)
        np.testing.assert_allclose(p_BV, [model.pmf(row) for row in rows], atol=1e-6)
        rows = [(*row, (t * (b + 2) + b) % 3 + 1) for b, row in enumerate(rows)]


@pytest.mark.parametrize(("model", "T"), [(NETWORKS[0], 3), (NETWORKS[4], 5)], ids=["FFN", "GPT"])
def test_a_context_beyond_the_window_is_cut(model, T):
    assert np.array_equal(model.pmf("abcabcabc"), model.pmf("ccc" + "abcabcabc"[-T:]))
    assert not np.array_equal(model.pmf("abcabcabc"), model.pmf("abcabcabc"[1 - T :]))


def test_a_recurrent_network_has_no_window():
    pg.manual_seed(1)
    model = Recurrent(ABC, "RNN", E=2, D=4)
    with pg.no_grad():
        model.core.weight_hh_l0.copy_(pg.eye(4) * 3)
    assert np.abs(model.pmf("a" + "b" * 20) - model.pmf("c" + "b" * 20)).max() > 1e-3


# Drawing


class Fixed(LanguageModel):
    vocabulary = ABC

    def pmf(self, context):
        return np.array([0.1, 0.2, 0.3, 0.4])


def test_sharpened_by_hand():
    p = np.array([[0.1, 0.2, 0.3, 0.4]])
    np.testing.assert_array_equal(sharpened(p), p)
    np.testing.assert_allclose(sharpened(p, temperature=0.5)[0], np.array([1, 4, 9, 16]) / 30)
    np.testing.assert_allclose(sharpened(p, temperature=1e-3)[0], [0, 0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(sharpened(p, top_k=2)[0], [0, 0, 3 / 7, 4 / 7])
    np.testing.assert_allclose(sharpened(p, top_k=9)[0], p[0])
    np.testing.assert_allclose(sharpened(p, top_p=0.4)[0], [0, 0, 0, 1])
    np.testing.assert_allclose(sharpened(p, top_p=0.41)[0], [0, 0, 3 / 7, 4 / 7])
    np.testing.assert_allclose(sharpened(p, top_p=1)[0], p[0])
    np.testing.assert_allclose(sharpened(p, top_k=3, top_p=0.5)[0], [0, 0, 3 / 7, 4 / 7])
    np.testing.assert_allclose(sharpened(p, top_k=3, top_p=0.44)[0], [0, 0, 0, 1])
    np.testing.assert_allclose(sharpened(np.array([[0.0, 0.3, 0.3, 0.4]]), 2.0, top_k=2)[0, :1], [0])
    np.testing.assert_allclose(sharpened(np.array([[0.2, 0.3, 0.3, 0.2]]), top_k=1)[0], [0, 0.5, 0.5, 0])
    two = sharpened(np.array([[0.1, 0.9], [0.7, 0.3]]), top_k=1)
    assert two.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "options", [{"temperature": 0}, {"temperature": float("nan")}, {"top_k": 0}, {"top_p": 0}, {"top_p": 1.1}]
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match="temperature > 0, top_k ≥ 1, 0 < top_p ≤ 1"):
        Fixed().generate("a", 1, **options)


def test_generate_stops_at_the_end_mark_or_at_the_limit():
    texts = [Fixed().generate("ab", 6, generator=seeded(seed)) for seed in range(40)]
    assert all(text.startswith("ab") and len(text) <= 8 for text in texts)
    assert all(text.endswith(".") if len(text) < 8 else "." not in text[:-1] for text in texts)
    assert {len(text) for text in texts} == set(range(3, 9))
    endless = Fixed().generate("ab", 200, generator=seeded(1), end=None)
    assert len(endless) == 202 and "." in endless[:-1]
    assert Fixed().generate("ab", 0) == "ab"
    longer = Fixed().generate("a.b", 99, generator=seeded(1))  # a mark in the prompt is no end
    assert len(longer) > 5 and longer.startswith("a.b") and longer.index(".", 3) == len(longer) - 1


def test_a_sample_may_have_as_many_letters_as_max_len_says():
    class Three(LanguageModel):
        vocabulary = ".a"

        def pmf(self, context):
            return np.array([1.0, 0.0] if len(context) == 3 else [0.0, 1.0])

    assert Three().sample(seeded(1), max_len=3) == "aaa."
    with pytest.raises(ValueError, match="no end mark within 2 letters: aaa…"):
        Three().sample(seeded(1), max_len=2)


def test_several_prompts_are_continued_at_once():
    texts = Fixed().generate(["a"] * 300, 30, generator=seeded(1))
    assert len(set(texts)) > 50 and all(t.startswith("a") and "." not in t[:-1] for t in texts)
    shares = [sum(t[1] == c for t in texts) / 300 for c in ABC]
    np.testing.assert_allclose(shares, [0.1, 0.2, 0.3, 0.4], atol=0.1)
    with pytest.raises(ValueError, match=r"prompts of one length, not of \[1, 2\]"):
        Fixed().generate(["a", "ab"])


@pytest.mark.parametrize("model", [Fixed(), NGram(ABC, 3, k=1).fit(["abc", "ab"]), *NETWORKS])
def test_the_seed_decides_what_is_drawn(model):
    first, second = (model.generate(["", "", ""], 9, generator=seeded(4)) for _ in range(2))
    assert first == second and model.sample(seeded(5)) == model.sample(seeded(5))
    drawn = {model.sample(seeded(seed)) for seed in range(8)}
    assert len(drawn) >= 3 and all(text.endswith(".") and "." not in text[:-1] for text in drawn)


def test_the_likeliest_token_is_drawn_with_top_k_1():
    for model in NETWORKS:
        text = model.generate("", 8, top_k=1, generator=seeded(1), end=None)
        context = ""
        for token in text:
            assert model.vocabulary[model.pmf(context).argmax()] == token
            context += token


# Training


def test_suffixes_say_the_shapes():
    ngram = NGram(ABC, 3, k=1)
    with tracing(inside=["picograd/models", "picograd/data"]) as tracer:
        for model in (*NETWORKS, ngram.fit(["abc", ""])):
            model.pmfs("abcabcabc.")
            model.generate(["a", "b"], 9, top_k=2, top_p=0.9, generator=seeded(1))
        padded([(1, 2), ()])
        NETWORKS[0](windows([(1, 2), ()], 3)[0])
    tracer.check()
    assert tracer.calls > 100


@pytest.mark.parametrize("kind", ["FFN", "RNN", "GPT"])
def test_a_network_learns_names_by_heart(kind):
    pg.manual_seed(5)
    names = ["cab", "abba", "bac"]
    tokens = [tuple(ABC.index(c) for c in name) for name in names]
    model = {
        "FFN": lambda: FFN(ABC, T=3, E=4, D=16),
        "RNN": lambda: Recurrent(ABC, "RNN", E=4, D=16),
        "GPT": lambda: GPT(GPTConfig(V=4, T=6, D=16, H=2, L=1), ABC),
    }[kind]()
    X, Y = windows(tokens, 3) if kind == "FFN" else padded(tokens)
    optimizer = pg.optim.AdamW(model.parameters(), lr=0.02)
    for _ in range(120):
        loss = pg.nn.functional.cross_entropy(model(X).reshape(-1, 4), Y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # Nobody can know which name comes: log 3 of them is all the surprise that is left.
    assert sum(model.nll(name + ".") for name in names) / 3 == pytest.approx(np.log(3), abs=0.1)
    assert {model.sample(seeded(seed)) for seed in range(30)} >= {name + "." for name in names}
