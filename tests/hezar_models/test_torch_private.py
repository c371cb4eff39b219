"""Each private name of torch that is used, named: a new torch that lacks one fails here, and not somewhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import torch
from torch import nn

import hezar_models
from hezar_models import torch_private


def test_the_version_of_a_tensor_counts_changes_in_place():
    tensor = torch.zeros(3)
    before = torch_private.version_of(tensor)
    tensor.add_(1)
    assert torch_private.version_of(tensor) > before
    with torch.inference_mode():
        assert torch_private.version_of(torch.zeros(3)) == 0


def test_buffers_that_are_not_saved_are_found():
    module = nn.Sequential(nn.Linear(2, 2))
    assert not torch_private.has_unsaved_buffers(module)
    module[0].register_buffer("kept", torch.zeros(1))
    assert not torch_private.has_unsaved_buffers(module)
    module[0].register_buffer("left_out", torch.zeros(1), persistent=False)
    assert torch_private.has_unsaved_buffers(module)


def test_questions_about_the_compiler_have_answers():
    assert torch_private.compiles_here() in (True, False)
    assert torch_private.has_triton() in (True, False)


def test_questions_about_the_cpu_have_answers():
    assert torch_private.emulates_bfloat16() in (True, False)


def test_a_function_mode_sees_calls():
    seen = []

    class Watch(torch_private.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            seen.append(func)
            return func(*args, **(kwargs or {}))

    with Watch():
        torch.zeros(2).add(1)
    assert torch.Tensor.add in seen


def test_namespaces_of_operators_exist():
    for namespace in ("mkldnn", "onednn"):
        assert torch_private.ops(namespace) is getattr(torch.ops, namespace)


def test_private_names_are_nowhere_else():
    """Attributes and modules of torch that begin with an underscore are in one file only."""
    root = Path(hezar_models.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        if path.name == "torch_private.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torch") and "._" in node.module:
                found.append(f"{path.name}: from {node.module}")
            if isinstance(node, ast.Attribute) and node.attr in ("_version", "_non_persistent_buffers_set"):
                found.append(f"{path.name}: {node.attr}")
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "ops":
                found.append(f"{path.name}: torch.ops.{node.attr}")
    assert not found
