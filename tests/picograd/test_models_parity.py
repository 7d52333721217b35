"""picograd.models on PyTorch: the files are the same, so are losses, probabilities and samples."""

import numpy as np
import pytest

import picograd as pg
from picograd import models
from tests.picograd.test_parity import MISSING, _torch_is_there  # noqa: F401 (skips, or fails if required)

if not MISSING:
    import torch

    from tests.picograd import on_torch

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
CONFIG = models.GPTConfig(V=27, T=16, D=32, H=4, L=2)


def losses(lib, model, X, Y, steps=100):
    """The losses of AdamW with warm-up and cosine, clipped. Written once, run on either library."""
    optimizer = lib.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    schedules = lib.optim.lr_scheduler
    warm_up = schedules.LinearLR(optimizer, 0.1, total_iters=10)
    cosine = schedules.CosineAnnealingLR(optimizer, steps - 10, 3e-4)
    schedule = schedules.SequentialLR(optimizer, [warm_up, cosine], [10])
    found = []
    for i in range(steps):
        logits = model(lib.tensor(X[i]))
        loss = lib.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), lib.tensor(Y[i]).reshape(-1), ignore_index=-100
        )
        optimizer.zero_grad()
        loss.backward()
        lib.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        found.append(loss.item())
    return found


def batches(steps=100, B=8, T=16):
    """Rows of a text that has something to learn: each letter is one or two after the one before."""
    rng = np.random.default_rng(4)
    text = np.cumsum(rng.integers(1, 3, (steps, B, T + 1)), axis=2) % 27
    return text[:, :, :-1], np.where(rng.random((steps, B, T)) < 0.1, -100, text[:, :, 1:])


@pytest.mark.parametrize("tied", [True, False])
def test_a_gpt_has_the_losses_of_pytorch_for_a_hundred_steps_of_adamw(tied):
    pg.manual_seed(1)
    config = models.GPTConfig(**{**vars(CONFIG), "tied": tied})
    ours = models.GPT(config, LETTERS)
    theirs = on_torch.twin(on_torch.load("gpt"), ours, config, LETTERS)
    assert sum(p.numel() for p in theirs.parameters()) == sum(p.numel() for p in ours.parameters())
    X, Y = batches()
    found, expected = losses(pg, ours, X, Y), losses(torch, theirs, X, Y)
    assert found[-1] < 0.5 * found[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def others():
    yield "ffn", models.FFN(LETTERS, T=16, E=4, D=32), ((LETTERS,), {"T": 16, "E": 4, "D": 32})
    for kind in ("RNN", "GRU", "LSTM"):
        yield (
            "rnn",
            models.Recurrent(LETTERS, kind, E=4, D=16, L=2),
            ((LETTERS, kind), {"E": 4, "D": 16, "L": 2}),
        )


def test_other_networks_have_the_losses_of_pytorch():
    pg.manual_seed(1)
    X, Y = batches(30)
    for name, ours, (args, options) in others():
        theirs = on_torch.twin(on_torch.load(name), ours, *args, **options)
        targets = Y[:, :, -1] % 27 if name == "ffn" else Y
        found, expected = losses(pg, ours, X, targets, 30), losses(torch, theirs, X, targets, 30)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_on_pytorch_the_methods_of_a_language_model_answer_the_same():
    pg.manual_seed(2)
    ours = models.GPT(CONFIG, LETTERS)
    theirs = on_torch.twin(on_torch.load("gpt"), ours, CONFIG, LETTERS)
    assert type(theirs).__mro__[1] is not models.Network and isinstance(theirs, torch.nn.Module)
    for text in ("emma.", "a-very-long-name-indeed.".replace("-", "")):
        np.testing.assert_allclose(theirs.pmfs(text), ours.pmfs(text), atol=1e-6)
        assert theirs.nll(text) == pytest.approx(ours.nll(text), abs=1e-4)
    assert theirs.sample(torch.Generator().manual_seed(1)).endswith(".")
    assert theirs.generate("em", 30, top_k=1) == ours.generate("em", 30, top_k=1)


def test_on_pytorch_a_gpt_reads_in_pieces_as_well():
    ours = models.GPT(CONFIG, LETTERS)
    theirs = on_torch.twin(on_torch.load("gpt"), ours, CONFIG, LETTERS)
    for lib, model in ((pg, ours), (torch, theirs)):
        tokens, memory, logits = lib.tensor([[0, 5, 13, 13, 1, 0]]), None, []
        for piece in tokens.split([2, 3, 1], 1):
            answer, memory = model.step(piece, memory)
            logits.append(answer)
        found = lib.cat(logits, 1).detach().numpy()
        np.testing.assert_allclose(found, ours(pg.tensor(tokens.tolist())).detach().numpy(), atol=1e-5)
