"""A peer for timing: the public layer lists of AnimeGANv2's generator and of our `live` in PyTorch, with random weights.
Not the originals' code, and not meant for making pictures. Reads a line per run from standard input and answers each.

    python pytorch.py animegan-v2|live eager|channels-last|compiled SIZE THREADS
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F


def mirrored(cin, cout, k=3, stride=1, groups=1, bias=False):
    border = (0, 1, 0, 1) if stride == 2 else (k // 2,) * 4
    return nn.Sequential(nn.ReflectionPad2d(border), nn.Conv2d(cin, cout, k, stride, groups=groups, bias=bias))


def layer(cin, cout, k=3, stride=1, groups=1, bias=False):
    return nn.Sequential(mirrored(cin, cout, k, stride, groups, bias), nn.GroupNorm(1, cout), nn.LeakyReLU(0.2))


class InvertedResidual(nn.Module):
    def __init__(self, cin, cout, middle):
        super().__init__()
        self.same = cin == cout
        self.layers = nn.Sequential(
            layer(cin, middle, 1),
            layer(middle, middle, 3, groups=middle, bias=True),
            mirrored(middle, cout, 1),
            nn.GroupNorm(1, cout),
        )

    def forward(self, x):
        return x + self.layers(x) if self.same else self.layers(x)


class Double(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.mode = mode

    def forward(self, x):
        if self.mode == 'nearest':
            return F.interpolate(x, scale_factor=2, mode='nearest')
        return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)


def animegan_v2():
    return nn.Sequential(
        layer(3, 32, 7), layer(32, 64, stride=2), layer(64, 64),
        layer(64, 128, stride=2), layer(128, 128), layer(128, 128),
        InvertedResidual(128, 256, 256), *[InvertedResidual(256, 256, 512) for _ in range(3)],
        layer(256, 128), Double('bilinear'), layer(128, 128), layer(128, 128),
        Double('bilinear'), layer(128, 64), layer(64, 64), layer(64, 32, 7),
        nn.Conv2d(32, 3, 1, bias=False), nn.Tanh(),
    )  # fmt: skip


class Live(nn.Module):
    def __init__(self):
        super().__init__()
        conv = lambda cin, cout, stride=1: nn.Conv2d(cin, cout, 3, stride, 1)
        self.a0 = mirrored(12, 32, bias=True)
        self.b0, self.c0 = conv(32, 64, 2), conv(64, 96, 2)
        self.r = nn.ModuleList([nn.ModuleList([conv(96, 96), conv(96, 96)]) for _ in range(4)])
        self.d0, self.d1, self.e0, self.e1 = conv(96, 64), conv(64, 64), conv(64, 32), conv(32, 32)
        self.out = mirrored(32, 12, bias=True)
        self.twice = Double('nearest')

    def forward(self, x):
        act = lambda t: F.leaky_relu(t, 0.2)
        a0 = act(self.a0(F.pixel_unshuffle(x, 2)))
        b0 = act(self.b0(a0))
        h = act(self.c0(b0))
        for first, second in self.r:
            h = h + second(act(first(h)))
        d1 = act(self.d1(self.twice(act(self.d0(h))) + b0))
        e1 = act(self.e1(self.twice(act(self.e0(d1))) + a0))
        return F.pixel_shuffle(torch.tanh(self.out(e1)), 2)


def main():
    name, way, size, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    network = {'animegan-v2': animegan_v2, 'live': Live}[name]().eval()
    x = torch.rand(1, 3, size, size) * 2 - 1
    if way == 'channels-last':
        network, x = network.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    if way == 'compiled':
        network = torch.compile(network)
    with torch.inference_mode():
        network(x)
        print(f'PyTorch {torch.__version__}, {way}', flush=True)
        for _ in sys.stdin:
            network(x)
            print('done', flush=True)


if __name__ == '__main__':
    main()
