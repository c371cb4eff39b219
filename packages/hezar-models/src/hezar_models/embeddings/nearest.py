"""The rows of a matrix that are nearest to many queries, block by block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def nearest_rows(
    queries: Matrix,
    matrix: NDArray[np.floating],
    top_n: int,
    *,
    block: int,
    lengths: Matrix | None = None,
    without: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], Matrix]:
    """Return for each query the rows with the largest products, and these, largest first.

    A block of the matrix is multiplied at once; of it only columns are looked at that are better than what is known for some query.

    Args:
        queries: (queries, size).
        matrix: (rows, size), of any float type; may be memory-mapped.
        top_n: How many for each, at most the number of rows.
        block: Rows that are multiplied at once.
        lengths: What the products of each row are divided by, (rows,).
        without: For each query a row that does not count, or −1, (queries,).

    Returns:
        Places and products, both (queries, top_n); a product is −∞ where there is no further row.
    """
    best = np.full((len(queries), top_n), -np.inf, np.float32)
    places = np.zeros((len(queries), top_n), np.int64)
    if not top_n or not len(queries):
        return places, best
    for start in range(0, len(matrix), block):
        rows = np.asarray(matrix[start : start + block], np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            products = queries @ rows.T
            if lengths is not None:
                products /= lengths[start : start + block]
        if without is not None:
            here = np.flatnonzero((without >= start) & (without < start + len(rows)))
            products[here, without[here] - start] = -np.inf
        better = np.flatnonzero((products > best.min(axis=1, keepdims=True)).any(axis=0))
        if not len(better):
            continue
        candidates = np.concatenate([best, products[:, better]], axis=1)
        chosen = np.argpartition(candidates, len(candidates[0]) - top_n, axis=1)[:, -top_n:]
        best = np.take_along_axis(candidates, chosen, 1)
        new = better[np.maximum(chosen - top_n, 0)] + start
        places = np.where(chosen < top_n, np.take_along_axis(places, np.minimum(chosen, top_n - 1), 1), new)
    order = np.argsort(-best, axis=1, kind="stable")
    return np.take_along_axis(places, order, 1), np.take_along_axis(best, order, 1)
