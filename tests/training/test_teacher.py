from __future__ import annotations

import torch

from unmask.networks import create_network
from unmask.training.teacher import Teacher


def test_loss_is_the_divergence_of_logits_and_the_unexplained_part_of_features() -> None:
    torch.manual_seed(0)
    network = create_network("tiny", 3)
    teacher = Teacher(network, 24)
    pixels = torch.rand(4, 3, 48, 48)
    seen = network.features(pixels)
    with torch.no_grad():
        teacher.guess.weight.zero_()
        teacher.guess.bias.zero_()
    # Whoever knows nothing of the standardised features misses by all of their variance.
    variance = seen.var(dim=(0, 2, 3), unbiased=False)
    same = teacher(pixels, seen, network.classify(seen))
    assert torch.isclose(same, (variance / (variance + 1e-5)).mean(), rtol=1e-4)
    logits = torch.tensor([[2.0, 0.0, -1.0]]).repeat(4, 1)
    said = network.classify(seen).softmax(dim=1)
    expected = (said * (said.log() - logits.log_softmax(dim=1))).sum(dim=1).mean()
    assert torch.isclose(teacher(pixels, seen, logits) - same, expected, atol=1e-5)


def test_features_of_a_finer_grid_are_averaged_over_the_pupils() -> None:
    torch.manual_seed(0)
    network = create_network("tiny", 3)
    teacher = Teacher(network, 7)
    pixels = torch.rand(4, 3, 48, 64)
    seen = network.eval().features(pixels)
    assert seen.shape[2:] == (6, 8)
    there = seen.unflatten(3, (4, 2)).unflatten(2, (2, 3)).mean(dim=(3, 5))
    deviation = there.var(dim=(0, 2, 3), unbiased=False).add(1e-5).sqrt()
    wanted = (there - there.mean(dim=(0, 2, 3), keepdim=True)) / deviation.view(1, -1, 1, 1)
    pupil = torch.rand(4, 7, 2, 4)
    loss = teacher(pixels, pupil, network.classify(seen))
    assert torch.isclose(loss, (teacher.guess(pupil) - wanted).square().mean(), rtol=1e-4)
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_a_pupil_of_another_grid_learns_what_the_teacher_sees_and_says() -> None:
    torch.manual_seed(0)
    teacher = Teacher(create_network("tiny", 3), 8)
    convolution, head = torch.nn.Conv2d(3, 8, 16, 16), torch.nn.Linear(8, 3)
    learned = [*convolution.parameters(), *head.parameters(), *teacher.guess.parameters()]
    optimiser = torch.optim.Adam(learned, lr=0.01)
    losses = []
    for _ in range(60):
        pixels = torch.rand(6, 3, 1, 1) * torch.rand(6, 3, 48, 48)
        features = convolution(pixels)
        loss = teacher(pixels, features, head(features.mean(dim=(2, 3))))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < 0.75 * sum(losses[:5])
    assert all(parameter.grad is None for parameter in teacher.network.parameters())
