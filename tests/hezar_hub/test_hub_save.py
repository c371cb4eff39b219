"""Saving: all or nothing, whatever happens in between."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hezar_hub import (
    FileMissingError,
    HubError,
    InvalidFileNameError,
    Repo,
    SaveError,
    _journal,
    atomic_save,
    atomic_write,
)

NAMES = ("model_config.yaml", "model.safetensors", "preprocessor/tokenizer.json")


def write(folder: Path, content: str, names: tuple[str, ...] = NAMES) -> None:
    with atomic_save(folder) as staging:
        for name in names:
            staging.path(name).write_text(content)


def state(folder: Path) -> dict[str, str]:
    repo = Repo(folder)
    return {name: repo.file(name).read_text() for name in repo.files()}


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".hezar-save")]


def commit_without_applying(
    folder: Path, content: str, names: tuple[str, ...] = NAMES, delete: tuple[str, ...] = ()
) -> None:
    """What a saver leaves that is killed right after its commit."""
    journal = folder / ".hezar-save"
    for name in names:
        path = journal / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    journal.mkdir(exist_ok=True)
    (journal / "files").mkdir(exist_ok=True)
    _journal.write_record(journal, delete)


def test_writes_replaces_and_keeps(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "model"
    write(folder, "1")
    assert state(folder) == dict.fromkeys(NAMES, "1")
    (folder / "notes.txt").write_text("mine")
    write(folder, "2", NAMES[:1])
    assert state(folder) == {**dict.fromkeys(NAMES, "1"), NAMES[0]: "2", "notes.txt": "mine"}
    assert leftovers(folder) == []


def test_files_get_ordinary_permissions(tmp_path: Path) -> None:
    write(tmp_path / "m", "1")
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "m" / NAMES[0]).stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_deletes(tmp_path: Path) -> None:
    write(tmp_path, "1")
    with atomic_save(tmp_path) as staging:
        staging.path("model.pt").write_text("2")
        staging.delete("model.safetensors")
        staging.delete("never-there.bin")
        staging.delete("tokenizer.json", subfolder="preprocessor")
    assert state(tmp_path) == {"model_config.yaml": "1", "model.pt": "2"}
    assert not (tmp_path / "preprocessor").exists()


def test_the_last_word_on_a_name_counts(tmp_path: Path) -> None:
    write(tmp_path, "1")
    with atomic_save(tmp_path) as staging:
        staging.path("model_config.yaml").write_text("2")
        staging.delete("model_config.yaml")
        staging.delete("model.safetensors")
        staging.path("model.safetensors").write_text("3")
    assert state(tmp_path) == {"model.safetensors": "3", "preprocessor/tokenizer.json": "1"}


def failing_save(folder: Path, error: Exception) -> None:
    with atomic_save(folder) as staging:
        staging.path("model_config.yaml").write_text("2")
        staging.path("x/y").write_text("2")
        staging.delete("model.safetensors")
        raise error


def test_an_exception_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "1")
    with pytest.raises(RuntimeError, match="half-way"):
        failing_save(tmp_path, RuntimeError("half-way"))
    assert state(tmp_path) == dict.fromkeys(NAMES, "1")
    assert leftovers(tmp_path) == []


def test_a_failed_save_leaves_no_new_folders(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="half-way"):
        failing_save(tmp_path / "a" / "b", RuntimeError("half-way"))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    write(tmp_path, "1")
    with atomic_save(tmp_path) as staging:
        staging.path("model_config.yaml").write_text("2")
        staging.path("new").write_text("2")
        assert state(tmp_path) == dict.fromkeys(NAMES, "1")


@pytest.mark.parametrize("bad", ["../x", "/x", "", "a/../b", ".hezar-save/files/x", ".hezar-save.x.tmp"])
def test_names_cannot_lead_out(bad: str, tmp_path: Path) -> None:
    with atomic_save(tmp_path) as staging:
        with pytest.raises(InvalidFileNameError):
            staging.path(bad)
        with pytest.raises(InvalidFileNameError):
            staging.delete(bad)


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SaveError, match="is a file") as caught, atomic_save(folder):
            pass
        assert str(folder) in str(caught.value)
        assert isinstance(caught.value, OSError)
        assert isinstance(caught.value, HubError)
    with pytest.raises(SaveError, match="a folder has that name"):
        write(tmp_path.parent, "1", (tmp_path.name,))
    with pytest.raises(SaveError, match="'file' is a file"):
        write(tmp_path, "1", ("other", "file/below"))
    assert state(tmp_path) == {"file": "mine"}
    assert leftovers(tmp_path) == leftovers(tmp_path.parent) == []


def test_a_file_may_become_a_folder_when_it_is_deleted(tmp_path: Path) -> None:
    write(tmp_path, "1", ("preprocessor",))
    with atomic_save(tmp_path) as staging:
        staging.delete("preprocessor")
        staging.path("preprocessor/tokenizer.json").write_text("2")
    assert state(tmp_path) == {"preprocessor/tokenizer.json": "2"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_while_writing(tmp_path: Path) -> None:
    write(tmp_path, "1")
    with pytest.raises(OSError, match="No space left") as full:
        Path("/dev/full").write_text("x")
    with pytest.raises(SaveError, match="No space left") as caught:
        failing_save(tmp_path, full.value)
    assert str(tmp_path) in str(caught.value)
    assert "unchanged" in str(caught.value)
    assert state(tmp_path) == dict.fromkeys(NAMES, "1")


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of files")
def test_a_full_disk_reported_by_another_library(tmp_path: Path, monkeypatch) -> None:
    import resource

    class LibraryError(Exception):
        """Says nothing of the disk."""

    with pytest.raises(LibraryError):
        failing_save(tmp_path, LibraryError("the writer failed"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, hard))
    try:
        with pytest.raises(SaveError, match="File too large") as caught:
            failing_save(tmp_path, LibraryError("the writer failed"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(caught.value.__cause__.__cause__, LibraryError)
    assert leftovers(tmp_path) == []


def test_an_error_of_the_callers_own_is_not_renamed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        failing_save(tmp_path, FileNotFoundError("vocab.txt"))
    assert not isinstance(caught.value, HubError)


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_disk_that_fails_late(step: str, tmp_path: Path, monkeypatch) -> None:
    write(tmp_path, "1")

    def fail(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail) if step == "fsync" else patch.setattr(Path, "rename", fail)
        with pytest.raises(SaveError, match="Input/output error"):
            write(tmp_path, "2")
    assert state(tmp_path) == dict.fromkeys(NAMES, "1")
    assert leftovers(tmp_path) == []


def test_a_disk_that_fails_after_the_commit_is_no_failed_save(tmp_path: Path, monkeypatch, caplog) -> None:
    write(tmp_path, "1")

    def fail(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        write(tmp_path, "2")
        assert "not all files are in their place" in caplog.text
        assert state(tmp_path) == dict.fromkeys(NAMES, "2")
    assert state(tmp_path) == dict.fromkeys(NAMES, "2")
    assert leftovers(tmp_path) == []


# Links and journals of strangers


@pytest.mark.skipif(os.name == "nt", reason="symlinks need rights on Windows")
def test_links_do_not_lead_out(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "model"
    outside.mkdir()
    (outside / "mine").write_text("mine")
    write(folder, "1", ("a",))
    (folder / "link").symlink_to(outside, target_is_directory=True)
    with pytest.raises(SaveError, match="a link leads out"):
        write(folder, "2", ("a", "link/stolen"))
    assert (folder / "a").read_text() == "1"
    # An unpacked archive may hold a journal that nobody committed.
    commit_without_applying(folder, "2", ("a", "link/stolen"), delete=("link/mine",))
    assert Repo(folder).file("a").read_text() == "2"
    assert [path.name for path in outside.iterdir()] == ["mine"]


@pytest.mark.skipif(os.name == "nt", reason="needs user ids")
def test_the_journal_of_another_user_above_the_folder_is_not_applied(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "model"
    write(folder, "1")
    commit_without_applying(tmp_path, "2", ("model/model_config.yaml",))
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert state(folder) == dict.fromkeys(NAMES, "1")


# After a crash


def test_a_reader_finishes_a_committed_save(tmp_path: Path) -> None:
    write(tmp_path, "1")
    commit_without_applying(tmp_path, "2", NAMES[:2], delete=NAMES[2:])
    assert state(tmp_path) == dict.fromkeys(NAMES[:2], "2")
    assert leftovers(tmp_path) == []
    assert (tmp_path / NAMES[0]).read_text() == "2"


def test_a_reader_below_finishes_it_too(tmp_path: Path) -> None:
    write(tmp_path, "1")
    commit_without_applying(tmp_path, "2")
    assert Repo(tmp_path / "preprocessor").file("tokenizer.json").read_text() == "2"


def test_a_reader_that_may_not_write_looks_into_the_journal(tmp_path: Path, monkeypatch) -> None:
    write(tmp_path, "1")
    commit_without_applying(tmp_path, "2", (*NAMES[:2], "new/file"), delete=NAMES[2:])

    def read_only(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(_journal, "roll_forward", read_only)
    assert state(tmp_path) == {**dict.fromkeys(NAMES[:2], "2"), "new/file": "2"}
    with pytest.raises(FileMissingError):
        Repo(tmp_path).file(NAMES[2])
    assert not Repo(tmp_path).exists(".hezar-save/files/new/file")
    assert leftovers(tmp_path) == [".hezar-save"]


def test_a_half_applied_save_is_finished_by_the_next_saver(tmp_path: Path) -> None:
    write(tmp_path, "1")
    commit_without_applying(tmp_path, "2", delete=("gone",))
    (tmp_path / ".hezar-save" / "files" / NAMES[0]).replace(tmp_path / NAMES[0])
    write(tmp_path, "3", NAMES[1:2])
    assert state(tmp_path) == {NAMES[0]: "2", NAMES[1]: "3", NAMES[2]: "2"}
    assert leftovers(tmp_path) == []


def test_one_file_written_after_a_crash_is_not_overwritten_by_the_older_save(tmp_path: Path) -> None:
    write(tmp_path, "1")
    commit_without_applying(tmp_path, "2")
    atomic_write(tmp_path / "preprocessor" / "tokenizer.json", "3")
    assert state(tmp_path) == {NAMES[0]: "2", NAMES[1]: "2", NAMES[2]: "3"}


def test_what_dead_processes_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    host = "".join(char if char.isalnum() else "_" for char in socket.gethostname())
    names = {
        "dead": f".hezar-save.{host}-{dead.pid}-0000.tmp",
        "reused id": f".hezar-save.{host}-{os.getpid()}-0000.tmp",
        "running": f".hezar-save.{host}-{os.getppid()}-0000.tmp",
        "other host": f".hezar-save.elsewhere-{dead.pid}-0000.tmp",
    }
    for name in names.values():
        (tmp_path / name / "files").mkdir(parents=True)
    (tmp_path / f".hezar-save.{host}-{dead.pid}-0001.tmp").write_text("of atomic_write")
    write(tmp_path, "1")
    assert sorted(leftovers(tmp_path)) == sorted([names["running"], names["other host"]])
    assert Repo(tmp_path).files() == sorted(NAMES)


def test_a_save_under_way_in_this_process_is_left_alone(tmp_path: Path) -> None:
    with atomic_save(tmp_path) as outer:
        outer.path("a").write_text("outer")
        write(tmp_path, "inner", ("b",))
    assert state(tmp_path) == {"a": "outer", "b": "inner"}


def test_many_savers_and_readers_at_once(tmp_path: Path) -> None:
    write(tmp_path, "0")
    errors: list[BaseException] = []

    def save(start: int) -> None:
        try:
            for number in range(8):
                write(tmp_path, str(start + number))
        except BaseException as error:
            errors.append(error)

    def read() -> None:
        try:
            for _ in range(60):
                for name in NAMES:
                    Repo(tmp_path).file(name)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=(1000 * index,)) for index in range(3)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(state(tmp_path).values())) == 1
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_lock_that_is_never_given_back(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(_journal, "LOCK_TIMEOUT_S", 0.05)
    write(tmp_path, "1")
    with _journal.locked(tmp_path) as held:
        assert held
        with pytest.raises(SaveError, match="another process"):
            write(tmp_path, "2")
    assert state(tmp_path) == dict.fromkeys(NAMES, "1")


SAVER = """
import sys
from hezar_hub import atomic_save

number = int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    with atomic_save(sys.argv[1]) as staging:
        for name in ("config.yaml", "weights.bin", "preprocessor/tokenizer.json"):
            staging.path(name).write_text(f"{number}\\n" * 2000)
        # Present with even numbers only.
        if number % 2:
            staging.delete("even.txt")
        else:
            staging.path("even.txt").write_text(f"{number}\\n" * 2000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_at_any_moment_the_set_is_consistent(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    chance = random.Random(0)
    last = 0
    for _ in range(24):
        saver = subprocess.Popen(
            [sys.executable, "-c", SAVER, str(folder), str(last)], stdout=subprocess.PIPE, text=True
        )
        with saver:
            assert saver.stdout is not None
            saver.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.06))
            os.kill(saver.pid, signal.SIGKILL)
        if not folder.exists():
            continue
        found = state(folder)
        if not found:
            assert last == 0
            continue
        numbers = {line for text in found.values() for line in text.split()}
        assert len(numbers) == 1, numbers
        number = int(numbers.pop())
        assert number >= last
        assert all(len(text.split()) == 2000 for text in found.values())
        assert set(found) == {"config.yaml", "weights.bin", "preprocessor/tokenizer.json"} | (
            {"even.txt"} if number % 2 == 0 else set()
        )
        last = number
    assert last > 0
    write(folder, "end")
    assert leftovers(folder) == []


DYING_SAVER = """
import os, signal, sys
from pathlib import Path
from hezar_hub import atomic_save

left = int(sys.argv[2])

def dying(call):
    def wrapped(*args, **kwargs):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return call(*args, **kwargs)
    return wrapped

for name in ("fsync", "rmdir", "unlink"):
    setattr(os, name, dying(getattr(os, name)))
for name in ("mkdir", "rename", "replace", "unlink", "rmdir"):
    setattr(Path, name, dying(getattr(Path, name)))
with atomic_save(sys.argv[1]) as staging:
    for name in ("model_config.yaml", "model.pt", "preprocessor/tokenizer.json"):
        staging.path(name).write_text("2")
    staging.delete("model.safetensors")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_at_each_step_all_is_old_or_all_is_new(tmp_path: Path) -> None:
    old = dict.fromkeys(NAMES, "1")
    new = dict.fromkeys(("model_config.yaml", "model.pt", "preprocessor/tokenizer.json"), "2")
    seen: list[dict[str, str]] = []
    crashed_after_commit = 0
    for step in range(100):
        folder = tmp_path / str(step)
        write(folder, "1")
        done = subprocess.run([sys.executable, "-c", DYING_SAVER, str(folder), str(step)], check=False)
        crashed_after_commit += (folder / ".hezar-save").is_dir()
        seen.append(state(folder))
        write(folder, "3")
        assert leftovers(folder) == []
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    turn = seen.index(new)
    assert seen == [old] * turn + [new] * (len(seen) - turn)
    assert turn > 5
    assert crashed_after_commit > 5


# One file


def test_atomic_write(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    assert atomic_write(path, "سلام") == path
    assert path.read_bytes() == "سلام".encode()
    atomic_write(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.txt"]


def test_atomic_write_fails_whole(tmp_path: Path, monkeypatch) -> None:
    path = atomic_write(tmp_path / "a.txt", "old")
    with pytest.raises(SaveError, match="a folder has that name"):
        atomic_write(tmp_path, "x")
    with pytest.raises(SaveError, match="is a file"):
        atomic_write(path / "below", "x")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="No space left"):
        atomic_write(path, "new")
    with pytest.raises(SaveError):
        atomic_write(tmp_path / "new" / "x", "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old"


# A record that no save of ours made ----------------------------------------------------------------------------------


def plant(folder: Path, record: object = None) -> Path:
    """Make a journal as a foreign folder may bring it; return where its files are."""
    files = folder / ".hezar-save" / "files"
    files.mkdir(parents=True)
    (files.parent / "record.json").write_text(json.dumps(record))
    return files


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder of the user's that nobody may touch."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "key").write_text("private")
    return folder


def link_files(folder: Path, secret: Path) -> None:
    plant(folder, {"files": {"key": 7}, "deleted": []}).rmdir()
    (folder / ".hezar-save" / "files").symlink_to(secret)


def link_the_journal(folder: Path, secret: Path) -> None:
    elsewhere = plant(secret, {"files": {"key": 7}, "deleted": []})
    (elsewhere / "key").write_text("private")
    (folder / ".hezar-save").symlink_to(elsewhere.parent)


def link_a_folder(folder: Path, secret: Path) -> None:
    (plant(folder, {"files": {"a/key": 7}, "deleted": []}) / "a").symlink_to(secret)


def link_a_file(folder: Path, secret: Path) -> None:
    (plant(folder, {"files": {"key": 7}, "deleted": []}) / "key").symlink_to(secret / "key")


def link_a_file_hard(folder: Path, secret: Path) -> None:
    (plant(folder, {"files": {"key": 7}, "deleted": []}) / "key").hardlink_to(secret / "key")


def link_the_record(folder: Path, secret: Path) -> None:
    (secret / "record").write_text('{"files": {}, "deleted": ["model_config.yaml"]}')
    plant(folder)
    (folder / ".hezar-save" / "record.json").unlink()
    (folder / ".hezar-save" / "record.json").symlink_to(secret / "record")


def files_that_the_record_does_not_have(folder: Path, secret: Path) -> None:
    (plant(folder, {"files": {}, "deleted": []}) / "model_config.yaml").write_text("planted")


def files_of_another_size(folder: Path, secret: Path) -> None:
    (plant(folder, {"files": {"model_config.yaml": 3}, "deleted": []}) / "model_config.yaml").write_text("planted")


def names_that_lead_out(folder: Path, secret: Path) -> None:
    plant(folder, {"files": {}, "deleted": ["../secret/key"]})


def another_form(folder: Path, secret: Path) -> None:
    plant(folder, ["model_config.yaml"])


PLANTED = [
    link_files, link_the_journal, link_a_folder, link_a_file, link_a_file_hard, link_the_record,
    files_that_the_record_does_not_have, files_of_another_size, names_that_lead_out, another_form,
]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("make", PLANTED, ids=lambda make: make.__name__)
def test_a_record_that_no_save_made_is_ignored(make, tmp_path: Path, secret: Path, caplog) -> None:
    folder = tmp_path / "m"
    write(folder, "1")
    before = {path.relative_to(secret): path.stat().st_size for path in secret.rglob("*") if path.is_file()}
    make(folder, secret)
    kept = {path.relative_to(secret) for path in secret.rglob("*") if path.is_file()}
    assert state(folder) == dict.fromkeys(NAMES, "1")
    assert Repo(folder / "preprocessor").file("tokenizer.json").read_text() == "1"
    assert "was not left by a save of Hezar" in caplog.text
    with pytest.raises(SaveError, match="was not left by a save"):
        write(folder, "2")
    assert state(folder) == dict.fromkeys(NAMES, "1")
    assert kept == {path.relative_to(secret) for path in secret.rglob("*") if path.is_file()}
    assert kept >= before.keys()
    assert (secret / "key").read_text() == "private"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give files away")
def test_a_record_of_another_user_above_the_folder_is_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "m"
    write(folder, "1")
    commit_without_applying(tmp_path / "shared", "2", ("m/model_config.yaml",))
    for path in [tmp_path / "shared" / ".hezar-save", *(tmp_path / "shared" / ".hezar-save").rglob("*")]:
        os.chown(path, 12345, -1)
    assert state(folder) == dict.fromkeys(NAMES, "1")


# Readers see one save ------------------------------------------------------------------------------------------------


def test_a_read_sees_one_save(tmp_path: Path) -> None:
    write(tmp_path, "0")
    repo = Repo(tmp_path)
    rounds: list[int] = []

    def read(saves: int) -> set[str]:
        first = repo.file(NAMES[0]).read_text()
        rounds.append(1)
        if len(rounds) <= saves:
            write(tmp_path, str(len(rounds)))
        return {first, *(repo.file(name).read_text() for name in NAMES)}

    assert repo.read(lambda: read(2)) == {"2"}
    assert len(rounds) == 3


def test_a_read_that_a_save_broke_is_repeated(tmp_path: Path) -> None:
    write(tmp_path, "1")
    repo = Repo(tmp_path)

    def read() -> str:
        path = repo.file("model.safetensors") if repo.exists("model.safetensors") else repo.file("model.pt")
        if path.name == "model.safetensors":
            with atomic_save(tmp_path) as staging:
                staging.path("model.pt").write_text("2")
                staging.delete("model.safetensors")
        return path.read_text()

    assert repo.read(read) == "2"
    with pytest.raises(FileMissingError):
        repo.read(lambda: repo.file("never-there"))


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_savers_wait_for_a_reader_they_keep_disturbing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(_journal, "LOCK_TIMEOUT_S", 0.02)
    write(tmp_path, "0")
    repo = Repo(tmp_path)
    refused: list[SaveError] = []

    def read() -> set[str]:
        found = {repo.file(NAMES[0]).read_text()}
        try:
            write(tmp_path, str(time.monotonic_ns()))
        except SaveError as error:
            refused.append(error)
        return found | {repo.file(name).read_text() for name in NAMES}

    assert len(repo.read(read)) == 1
    assert len(refused) == 1


def test_reads_during_saves_never_mix_two(tmp_path: Path) -> None:
    write(tmp_path, "0")
    done = threading.Event()
    mixed: list[set[str]] = []

    def read() -> None:
        while not done.is_set():
            repo = Repo(tmp_path)
            found = repo.read(lambda repo=repo: {repo.file(name).read_text() for name in NAMES})
            if len(found) != 1:
                mixed.append(found)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 60):
        write(tmp_path, str(number))
    done.set()
    for reader in readers:
        reader.join()
    assert mixed == []
