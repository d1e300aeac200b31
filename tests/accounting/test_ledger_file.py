"""The ledger on disk: private, shared by processes, and whole after a kill at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest

from infill_ls.accounting import ledger_file
from infill_ls.accounting.entries import Entry, merged
from infill_ls.accounting.ledger_file import LedgerFile

DAY, NEXT_DAY, NEXT_MONTH = "2026-02-03", "2026-02-04", "2026-03-01"
ONE = Entry(DAY, "m", calls=1, prompt=100, completion=10)


@pytest.fixture
def file(tmp_path):
    """A ledger in a folder that is not there yet."""
    return LedgerFile(str(tmp_path / "state" / "infill-ls"))


def month(file):
    return file.folder / "usage-2026-02.jsonl"


def calls(file, since=""):
    return sum(entry.calls for entry in file.entries(since))


def test_what_is_appended_is_read(file):
    """Months have files of their own; days are chosen by their names."""
    file.append([ONE, replace(ONE, day=NEXT_DAY, model="n")])
    file.append([ONE])
    file.append([replace(ONE, day=NEXT_MONTH)])

    assert [(entry.day, entry.model) for entry in file.entries()] == [
        (DAY, "m"),
        (NEXT_DAY, "n"),
        (DAY, "m"),
        (NEXT_MONTH, "m"),
    ]
    assert [calls(file, since) for since in (DAY, NEXT_DAY, "2026-02-28", NEXT_MONTH, "2026-03-02")] == [4, 2, 1, 1, 0]


def test_without_a_file_there_is_nothing(file):
    assert (list(file.entries()), file.tokens(DAY)) == ([], 0)
    assert not file.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
def test_nobody_else_may_look(file):
    """Whatever the mask, and however wide the folder was."""
    file.folder.mkdir(parents=True, mode=0o755)
    before = os.umask(0)
    try:
        file.append([ONE])
    finally:
        os.umask(before)

    assert file.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in file.folder.iterdir()} == {0o600}


# Torn lines...


def test_a_line_torn_anywhere_is_passed_over(file):
    """A kill in the middle of writing, at every byte: the lines before and after it are whole."""
    file.append([ONE])
    start = month(file).stat().st_size
    file.append([replace(ONE, calls=100)])
    whole = month(file).read_bytes()

    for length in range(start, len(whole)):
        month(file).write_bytes(whole[:length])
        file.append([replace(ONE, calls=10)])
        # The last byte is the end of a line that is whole without it.
        assert calls(file) == (111 if length == len(whole) - 1 else 11), length


def test_bytes_that_are_no_text_are_passed_over(file):
    file.append([ONE])
    with month(file).open("ab") as torn:
        torn.write(b'\x00\xff\xfe{"day":"2026-')
    file.append([ONE])

    assert (calls(file), file.tokens(DAY)) == (2, 220)


# Other processes...

WRITER = textwrap.dedent(
    """
    import sys
    from infill_ls.accounting import ledger_file
    from infill_ls.accounting.entries import Entry

    folder, count, large = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    ledger_file.LARGE, ledger_file.PATIENCE_S = large, 60
    file = ledger_file.LedgerFile(folder)
    print("ready", flush=True)
    sys.stdin.read(1)
    done = 0
    while done < count or not count:
        file.append([Entry("2026-02-03", "m", calls=1, prompt=100, completion=10, total=((done % 200, 1),))])
        done += 1
        print(done, flush=True)
    """
)


def writer(file, count, large):
    """A process that is about to write ``count`` entries, or for ever, and does when it is given a byte."""
    command = [sys.executable, "-c", WRITER, str(file.folder), str(count), str(large)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize("large", [2000, 10**9], ids=["written anew all the time", "appended only"])
def test_two_processes_lose_nothing(file, large):
    """Each a thousand lines, at the same time."""
    processes = [writer(file, 1000, large) for _ in range(2)]
    for process in processes:
        process.stdin.write(b"x")
        process.stdin.close()

    for process in processes:
        process.stdout.read()
        process.stdout.close()
        assert process.wait() == 0

    (entry,) = merged(file.entries(), key=lambda entry: entry.day).values()
    assert (entry.calls, entry.prompt, sum(count for _, count in entry.total)) == (2000, 200_000, 2000)
    assert file.tokens(DAY) == 220_000


@pytest.mark.parametrize("large", [2000, 10**9], ids=["written anew all the time", "appended only"])
@pytest.mark.parametrize("after", [1, 50, 333])
def test_a_killed_process_leaves_what_it_has_written(file, large, after):
    """At most the entry that it was writing is lost, and nobody finds the file locked."""
    process = writer(file, 0, large)
    process.stdin.write(b"x")
    process.stdin.flush()
    said = [process.stdout.readline() for _ in range(after)]
    process.kill()
    said += process.stdout.readlines()
    process.communicate()

    assert calls(file) - len(said) in (0, 1)

    file.append([ONE])
    assert calls(file) - len(said) in (1, 2)


def test_a_file_that_was_not_finished_is_not_taken(file):
    """Killed while a file was written anew: the old one counts."""
    file.append([ONE])
    month(file).with_suffix(".new").write_bytes(b'{"day":"2026-02-03","model":"m","calls":7}\n')

    assert calls(file) == 1


def test_whoever_holds_the_lock_for_ever_is_not_waited_for(file):
    """A stopped process: the entry is not written now, and is not lost to the caller."""
    file.append([ONE])
    with ledger_file.locked(file.folder / "usage.lock"), pytest.raises(TimeoutError):
        file.append([ONE])

    file.append([ONE])
    assert calls(file) == 2


# Tokens of a day...


def test_tokens_of_a_day_by_all_processes(file):
    """Its own it knows; the file is read again only where somebody else has written."""
    other = LedgerFile(str(file.folder))
    file.append([ONE, replace(ONE, day=NEXT_DAY)])
    assert file.tokens(DAY) == 110

    other.append([ONE])
    assert file.tokens(DAY) == 220
    file.append([ONE])
    assert (file.tokens(DAY), other.tokens(DAY)) == (330, 330)
    assert (file.tokens(NEXT_DAY), file.tokens(NEXT_MONTH), file.tokens(DAY)) == (110, 0, 330)


def test_own_entries_are_not_read_back(file):
    file.append([ONE])
    file.tokens(DAY)
    file.append([ONE, replace(ONE, day=NEXT_DAY)])
    month(file).write_bytes(b"#" * month(file).stat().st_size)

    assert file.tokens(DAY) == 220


# Writing anew...


def test_a_large_file_is_written_anew(file):
    """One line per day and model is left, and the sums are the same."""
    for number in range(2000):
        file.append([replace(ONE, total=((number % 200, 1),))])

    (entry,) = merged(file.entries(), key=lambda entry: entry.day).values()
    assert (entry.calls, sum(count for _, count in entry.total)) == (2000, 2000)
    assert month(file).stat().st_size < ledger_file.LARGE
    assert file.tokens(DAY) == 220_000


# What goes wrong...


FULL = textwrap.dedent(
    """
    import resource, signal, sys
    from infill_ls.accounting.ledger_file import LedgerFile
    from infill_ls.accounting.entries import Entry

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    try:
        LedgerFile(sys.argv[1]).append([Entry("2026-02-03", "m", calls=10)])
    except OSError:
        sys.exit(7)
    """
)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are those of POSIX")
@pytest.mark.parametrize("room", [0, 1, 5, 40])
def test_a_full_disk_leaves_nothing_behind(file, room):
    """What fits of a write is taken back, so that doing it again counts once."""
    file.append([ONE])
    size = month(file).stat().st_size

    ended = subprocess.run([sys.executable, "-c", FULL, str(file.folder), str(size + room)], check=False)

    assert ended.returncode == 7
    assert (month(file).stat().st_size, calls(file)) == (size, 1)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "state").write_text("a file")

    with pytest.raises(OSError, match="state"):
        LedgerFile(str(tmp_path / "state")).append([ONE])
