"""The networks. Imported only where torch is needed.

Each takes standardised numbers and gives one row of outputs (scores of classes, or one number) for each of its
rows. Dropout is a setting of training, not of the design.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from .design import Design, halvings, heads


class Recurrent(nn.Module):
    """Long short-term memory (Hochreiter and Schmidhuber 1997) over (n, length, inputs); the last state answers."""

    def __init__(self, design: Design, dropout: float) -> None:
        super().__init__()
        between = dropout if design["layers"] > 1 else 0.0
        self.memory = nn.LSTM(
            design["inputs"], design["hidden"], design["layers"], batch_first=True, dropout=between
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(design["hidden"], design["outputs"])

    def forward(self, rows: Tensor) -> Tensor:
        """Return (n, outputs)."""
        states, _ = self.memory(rows)
        return cast(Tensor, self.head(self.dropout(states[:, -1])))


class Block(nn.Module):
    """Self-attention and a small network, each added to what comes in (normalised before: Xiong et al. 2020)."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.share = heads(hidden), dropout
        self.first, self.second = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.query, self.key, self.value, self.mixed = (nn.Linear(hidden, hidden) for _ in range(4))
        self.wide, self.narrow = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, rows: Tensor) -> Tensor:
        """Return (n, length, hidden)."""
        seen = self.first(rows)
        query, key, value = (
            part(seen).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        share = self.share if self.training else 0.0
        read = functional.scaled_dot_product_attention(query, key, value, dropout_p=share)
        rows = rows + self.dropout(self.mixed(read.transpose(1, 2).flatten(-2)))
        return cast(Tensor, rows + self.dropout(self.narrow(torch.relu(self.wide(self.second(rows))))))


class Attention(nn.Module):
    """A Transformer encoder (Vaswani et al. 2017) over (n, length, inputs); the last row of a window answers.

    All rows of a window are the answer's past, so none is hidden from another; positions are learnt.
    """

    def __init__(self, design: Design, dropout: float) -> None:
        super().__init__()
        hidden = design["hidden"]
        self.entrance = nn.Linear(design["inputs"], hidden)
        self.position = nn.Parameter(torch.empty(design["length"], hidden))
        nn.init.normal_(self.position, std=0.02)
        self.blocks = nn.ModuleList(Block(hidden, dropout) for _ in range(design["layers"]))
        self.last = nn.LayerNorm(hidden)
        self.head = nn.Linear(hidden, design["outputs"])

    def forward(self, rows: Tensor) -> Tensor:
        """Return (n, outputs)."""
        rows = self.entrance(rows) + self.position
        for block in self.blocks:
            rows = block(rows)
        return cast(Tensor, self.head(self.last(rows[:, -1])))


class Convolution(nn.Module):
    """Pairs of 3x3 convolutions, the image halved after each pair, then one layer for the classes.

    Takes (n, channels, height, width). The first pair is ``hidden`` channels wide, later ones twice that.
    """

    def __init__(self, design: Design, dropout: float) -> None:
        super().__init__()
        height, width, channels = design["height"], design["width"], design["inputs"]
        layers: list[nn.Module] = []
        for step in range(max(halvings(height, width), 1)):
            made = design["hidden"] * min(step + 1, 2)
            layers += [nn.Conv2d(channels, made, 3, padding=1), nn.ReLU()]
            layers += [nn.Conv2d(made, made, 3, padding=1), nn.ReLU()]
            if min(height, width) >= 4:
                layers.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
            channels = made
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels * height * width, design["outputs"])

    def forward(self, images: Tensor) -> Tensor:
        """Return (n, outputs)."""
        return cast(Tensor, self.head(self.dropout(self.layers(images).flatten(1))))


KINDS: dict[str, type[Recurrent] | type[Attention] | type[Convolution]] = {
    "lstm": Recurrent,
    "transformer": Attention,
    "convolution": Convolution,
}


def build(design: Design, dropout: float = 0.0) -> nn.Module:
    """Return a new network with weights from torch's generator."""
    return KINDS[design["kind"]](design, dropout)
