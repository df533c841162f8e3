"""The weights of networks as safetensors; nothing is allocated on a file's word.

The design lies beside them as JSON. What it asks for is compared with what the file holds before memory is taken.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...core.errors import UnsafeArtifactError
from ...core.optional import require
from .design import Design, check_design

if TYPE_CHECKING:
    from torch import nn

WEIGHTS = "network.safetensors"
_LONGEST_HEADER = 1 << 22


def network_to_bytes(network: nn.Module) -> bytes:
    """Return the weights in 32 bits as safetensors; equal networks give equal bytes."""
    save = require("safetensors.torch", "torch", "Storing a neural network").save
    weights = {name: one.detach().cpu().float().contiguous() for name, one in network.state_dict().items()}
    return bytes(save(weights))


def network_from_bytes(design: Design, data: bytes) -> nn.Module:
    """Return the network of this design with the weights that :func:`network_to_bytes` wrote, ready to answer.

    Raises:
        UnsafeArtifactError: a design out of bounds, or weights that are not those of the design.
        MissingExtraError: torch is not installed.
    """
    check_design(design)
    torch = require("torch", "torch", "Loading a neural network")
    load = require("safetensors.torch", "torch", "Loading a neural network").load
    from .networks import build

    with torch.device("meta"):  # shapes only: no memory, no random numbers
        network = build(design)
    expected = {name: list(one.shape) for name, one in network.state_dict().items()}
    if declared_shapes(data) != expected:
        raise UnsafeArtifactError("The weights of a stored network must fit its design. Got others.")
    network.load_state_dict(load(data), assign=True)
    return for_answers(network)


def for_answers(network: nn.Module) -> nn.Module:
    """Return the network as it answers: without dropout or gradients, in double precision.

    In double precision the answer for a row does not depend on the rows computed beside it (but for the last
    of 16 digits), which in single precision it would.
    """
    return network.double().eval().requires_grad_(requires_grad=False)


def declared_shapes(data: bytes) -> dict[str, list[int]]:
    """Return the shapes that a safetensors file declares, after checking that they fill the file exactly.

    Raises:
        UnsafeArtifactError: not such a file, not 32-bit floats, or declared sizes that are not there.
    """
    shapes: dict[str, list[int]] = {}
    end = 0
    try:
        size = int.from_bytes(data[:8], "little")
        if not 2 <= size <= min(len(data) - 8, _LONGEST_HEADER):
            raise ValueError(size)
        header = json.loads(data[8 : 8 + size])
        for name, one in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            start, stop = one["data_offsets"]
            count = 1
            for length in one["shape"]:
                if type(length) is not int or length < 0:
                    raise ValueError(length)
                count *= length
            if set(one) != {"dtype", "shape", "data_offsets"} or one["dtype"] != "F32":
                raise ValueError(name)
            if start != end or stop != start + 4 * count:
                raise ValueError(name)
            shapes[name], end = one["shape"], stop
        if end != len(data) - 8 - size:
            raise ValueError(end)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnsafeArtifactError("The weights of a stored network must be sound safetensors.") from error
    return shapes
