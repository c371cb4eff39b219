"""Arrays of one shape to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hezar_data.tensors import as_tensors, to_numpy
from hezar_registry import InputError


def stacked(items: Sequence[Mapping[str, Any]], name: str, return_tensors: str) -> Any:
    """Return the arrays that items have under a name as one, with a first axis for the rows.

    Raises:
        InputError: Their shapes differ.
    """
    arrays = [to_numpy(item[name]) for item in items]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise InputError(
            f"The {name} of a batch have one shape; found {', '.join(map(str, sorted(shapes)))}. Give the processor a size."
        )
    return as_tensors(np.stack(arrays), return_tensors)
