"""A peer for timing: a training step of `live` in PyTorch, with the networks, losses and optimiser of our recipe, random
weights and random pictures. Not the originals' code, and not meant for making pictures. Reads a line per step from
standard input and answers each.

    python training.py drawing|refinement BATCH SIZE THREADS
"""

import sys

import torch
from pytorch import Live
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

LUMA = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
YUV = torch.tensor(
    [[0.299, 0.587, 0.114], [-0.14714119, -0.28886916, 0.43601035], [0.61497538, -0.51496512, -0.10001026]]
).view(3, 3, 1, 1)


def discriminator():
    conv = lambda cin, cout, stride=1: spectral_norm(nn.Conv2d(cin, cout, 3, stride, 1))
    act = nn.LeakyReLU(0.2)
    return nn.Sequential(
        conv(3, 32), act, conv(32, 64, 2), act, conv(64, 64), act, conv(64, 128, 2), act, conv(128, 128), act, conv(128, 1)
    )


class Features(nn.Module):
    """Compact VGG-19 up to conv4_4; returns conv2_2, conv3_3 and conv4_4 before their ReLU, and four layers after it."""

    def __init__(self):
        super().__init__()
        layers, channels = [nn.Conv2d(3, 3, 1)], 3
        for block, (width, count) in enumerate(((16, 2), (32, 2), (64, 4), (128, 4))):
            if block:
                layers.append(nn.MaxPool2d(2))
            for _ in range(count):
                layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, width, 3), nn.ReLU()]
                channels = width
        self.layers = nn.ModuleList(layers[:-1])
        self.requires_grad_(False)

    def forward(self, x):
        x = x * 0.5 + 0.5
        found = []
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if isinstance(layer, nn.Conv2d):
                found.append(x)
        return [found[i] for i in (4, 7, 12)], [F.relu(found[i]) for i in (2, 4, 7, 11)]


def gray(x):
    return (x * LUMA).sum(1, keepdim=True).expand(-1, 3, -1, -1)


def colour(x, wanted):
    y, u, v = F.conv2d((x - wanted) * 0.5, YUV).split(1, 1)
    zero = torch.zeros_like(y)
    return y.abs().mean() + F.huber_loss(u, zero) + F.huber_loss(v, zero)


def statistics(features):
    parts = features.mean((2, 3)), (features.var((2, 3), unbiased=False) + 1e-8).sqrt()
    return torch.cat([p / p.square().mean(1, keepdim=True).sqrt() for p in parts], 1).mean(0)


def main():
    phase, batch, size, threads = sys.argv[1], *map(int, sys.argv[2:5])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    generator, judge, see = Live(), discriminator(), Features()
    average = [p.detach().clone() for p in generator.parameters()]
    for_generator = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.99))
    for_judge = torch.optim.Adam(judge.parameters(), 4e-4, (0.5, 0.99))
    levels = [torch.randint(0, 256, (batch, size, size, 3), dtype=torch.uint8) for _ in range(3)]

    running = [[torch.zeros(2 * c)] * 2 for c in (16, 32, 64, 128)]

    def step():
        photo, target, style = (x.permute(0, 3, 1, 2).float() / 127.5 - 1 for x in levels)
        result = generator(photo)
        adversarial = 0
        if phase == 'refinement':
            for_judge.zero_grad()
            miss = lambda x, wanted: (judge(gray(x)) - wanted).square().mean()
            (0.5 * miss(style, 1) + 0.5 * miss(target, 1) + miss(result.detach(), 0)).backward()
            for_judge.step()
            judge.requires_grad_(False)
            adversarial = miss(result, 1)
        (wanted, _), (found, drawn) = see(target), see(result)
        loss = (result - target).abs().mean() + colour(result, target) + adversarial
        loss = loss + sum((a - b).abs().mean() for a, b in zip(found, wanted))
        if phase == 'refinement':
            for i, (a, b) in enumerate(zip(drawn, see(style)[1])):
                own, art = statistics(a), statistics(b)
                running[i] = [old.lerp(new.detach(), 0.02) for old, new in zip(running[i], (own, art))]
                gap = running[i][0] - running[i][1] + own - own.detach()
                loss = loss + 8 * gap.square().mean()
        for_generator.zero_grad()
        loss.backward()
        for_generator.step()
        judge.requires_grad_(True)
        with torch.no_grad():
            for mean, p in zip(average, generator.parameters()):
                mean.lerp_(p, 0.01)
        return float(loss)

    step()
    print(f'PyTorch {torch.__version__}', flush=True)
    for _ in sys.stdin:
        step()
        print('done', flush=True)


main()
