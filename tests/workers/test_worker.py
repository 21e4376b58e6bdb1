"""A worker gives the command line's answers, and survives whatever is done to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from formcheck.report.outputs import Outputs
from formcheck.video.bounds import Bounds
from formcheck.workers.perform import _plain
from formcheck.workers.settings import MIB, WorkerSettings
from formcheck.workers.task import Done, Failure, Task
from formcheck.workers.worker import Worker

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="this limit holds on Linux only")


def everything(folder: Path) -> Outputs:
    names = ("set.json", "set.npz", "set.html", "set.webm")
    return Outputs(*(folder / name for name in names))


def test_the_answer_is_the_command_lines(worker: Worker, recording: Path, tmp_path: Path) -> None:
    outputs = everything(tmp_path)
    done = worker.run(Task(recording, "clamshell", outputs=outputs))
    assert isinstance(done, Done)
    command = [sys.executable, "-m", "formcheck", "check", recording, "--exercise", "clamshell", "--json"]
    subprocess.run([*command, tmp_path / "cli.json"], check=True, capture_output=True)
    told = (tmp_path / "cli.json").read_text(encoding="utf-8")
    assert done.result_json + "\n" == told == (tmp_path / "set.json").read_text(encoding="utf-8")
    assert done.report.to_json() == done.result_json
    assert done.frames == 48
    assert set(done.written) == set(outputs.paths)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cli.json", "set.html", "set.json", "set.npz", "set.webm"]


def test_a_stored_track_scores_the_same_with_other_limits_in_force(
    worker: Worker, recording: Path, tmp_path: Path
) -> None:
    first = worker.run(Task(recording, "clamshell", outputs=Outputs(landmarks=tmp_path / "set.npz")))
    again = worker.run(Task(tmp_path / "set.npz", "clamshell"))
    other = worker.run(Task(tmp_path / "set.npz", "clamshell", limits={"hold_limit_s": 0.5}))
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert isinstance(other, Done)
    assert again.result_json == first.result_json
    assert other.report.provenance.params["hold_limit_s"] == 0.5


def test_progress_rises_to_its_end(worker: Worker, recording: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    outcome = worker.run(
        Task(recording, "clamshell", outputs=Outputs(overlay=tmp_path / "set.webm")),
        on_progress=lambda done, expected: seen.append((done, expected)),
    )
    assert isinstance(outcome, Done)
    counts = [done for done, _ in seen]
    assert counts == sorted(counts)
    assert len(set(counts)) > 5
    assert seen[-1] == (96, 96), "48 frames looked at, 48 drawn"


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"exercise": "juggling"}, "UsageError", "juggling"),
        ({"limits": {"no_such_limit": 1.0}}, "UsageError", "no_such_limit"),
        ({"region": (9000.0, 0.0, 500.0, 500.0)}, "UsageError", "640x480"),
        ({"bounds": Bounds(max_duration_s=1.0)}, "SourceError", "longer than the 1 s"),
        ({"bounds": Bounds(max_frames=40)}, "SourceError", "more than the 40 frames"),
        ({"bounds": Bounds(max_pixels=200 * 200)}, "SourceError", "640x480 pixels"),
        ({"bounds": Bounds(max_rate_hz=12.0)}, "SourceError", "24 frames a second"),
    ],
)
def test_what_cannot_be_scored_is_told_without_its_name(
    worker: Worker, recording: Path, change: dict[str, object], kind: str, words: str
) -> None:
    before = worker.pid
    failure = worker.run(Task(**{"source": recording, "exercise": "clamshell", **change}))  # type: ignore[arg-type]
    assert isinstance(failure, Failure)
    assert failure.kind == kind
    assert words in failure.message
    assert not failure.retryable
    assert_nameless(failure.message, recording)
    assert worker.pid == before, "nothing is wrong with the process"


def assert_nameless(message: str, path: Path) -> None:
    assert "\n" not in message
    for part in (path.name, path.stem, "jane", str(path.parent), path.parent.name):
        assert part not in message


def test_an_unreadable_recording_is_called_the_recording(worker: Worker, tmp_path: Path) -> None:
    for name, content in (("jane's\nset.mp4", b"\0\0\0\x18ftypmp42" + bytes(99)), ("jane", b"#EXTM3U\n/etc/passwd\n")):
        path = tmp_path / name
        path.write_bytes(content)
        failure = worker.run(Task(path, "clamshell"))
        assert isinstance(failure, Failure)
        assert failure.kind == "SourceError"
        assert failure.message.startswith("cannot read the recording: ")
        assert_nameless(failure.message, path)


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("cannot read '/in/Jane Doe.mp4': a picture", "cannot read the recording: a picture"),
        ("[Errno 2] No such file: '/in/Jane Doe/.x.partial'", "[Errno 2] No such file: a file"),
        ("no model at /srv/models/full.task: run it", "no model at a file: run it"),
        ("cannot write '/in/out.json': full", "cannot write the output: full"),
        ("1/2 of 3 px/s and/or a\nb", "1/2 of 3 px/s and/or a b"),
    ],
)
def test_messages_hold_no_path(message: str, plain: str) -> None:
    task = Task(Path("/in/Jane Doe.mp4"), "clamshell", outputs=Outputs(json=Path("/in/out.json"), report=Path("a")))
    assert _plain(message, task) == plain


def test_an_output_that_cannot_be_written_may_work_later(worker: Worker, recording: Path, tmp_path: Path) -> None:
    outputs = Outputs(json=tmp_path / "set.json", report=tmp_path / "no such folder" / "jane.html")
    failure = worker.run(Task(recording, "clamshell", outputs=outputs))
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.retryable) == ("OutputError", True)
    assert "no such folder" not in failure.message
    assert "jane" not in failure.message
    assert not list(tmp_path.iterdir()), "all outputs or none"


class Once:
    """Does something when progress first comes."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act

    def __call__(self, done: int, expected: int | None) -> None:
        act, self.act = self.act, None
        if act is not None:
            act()


def gone(pid: int) -> bool:
    """Whether no such process runs; one that ended but was not waited for does not."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True


def test_a_killed_process_is_replaced_and_leaves_nothing_half_written(
    worker: Worker, recording: Path, tmp_path: Path
) -> None:
    """Killed while it draws, so that files are under way."""
    before = worker.pid

    def kill_while_drawing(done: int, expected: int | None) -> None:
        if done > 52 and worker.pid == before and not gone(before):
            assert list(tmp_path.glob(".formcheck-*")), "it is writing"
            os.kill(before, signal.SIGKILL)

    failure = worker.run(Task(recording, "clamshell", outputs=everything(tmp_path)), on_progress=kill_while_drawing)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.retryable) == ("died", True)
    assert "SIGKILL" in failure.message
    assert not list(tmp_path.iterdir())
    assert worker.pid != before
    assert isinstance(worker.run(Task(recording, "clamshell")), Done)


def test_a_process_that_ended_between_two_tasks_costs_none(worker: Worker, recording: Path) -> None:
    assert isinstance(worker.run(Task(recording, "clamshell")), Done)
    os.kill(worker.pid, signal.SIGKILL)
    while any(child.pid == worker.pid for child in multiprocessing.active_children()):
        sleep(0.02)
    assert isinstance(worker.run(Task(recording, "clamshell")), Done)


def test_a_task_that_takes_too_long_is_given_up(worker: Worker, long_recording: Path) -> None:
    before = worker.pid
    failure = worker.run(Task(long_recording, "single_leg_box_squat", timeout_s=1.0))
    assert isinstance(failure, Failure)
    assert failure.kind == "timeout"
    assert gone(before)


def test_a_process_that_does_not_answer_is_given_up(worker: Worker, long_recording: Path) -> None:
    stopped = Once(lambda: os.kill(worker.pid, signal.SIGSTOP))
    failure = worker.run(Task(long_recording, "single_leg_box_squat", timeout_s=3.0), on_progress=stopped)
    assert isinstance(failure, Failure)
    assert failure.kind == "timeout"


def test_a_cancelled_task_ends_at_once(worker: Worker, recording: Path, long_recording: Path) -> None:
    cancelled: list[bool] = []
    failure = worker.run(
        Task(long_recording, "single_leg_box_squat"),
        on_progress=lambda *_: cancelled.append(True),
        cancelled=lambda: bool(cancelled),
    )
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.retryable) == ("cancelled", False)
    assert isinstance(worker.run(Task(recording, "clamshell")), Done)


def test_an_error_of_whoever_listens_leaves_no_process_at_work(worker: Worker, long_recording: Path) -> None:
    before = worker.pid

    def fail(done: int, expected: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(Task(long_recording, "single_leg_box_squat"), on_progress=fail)
    assert gone(before)


@LINUX
def test_a_task_that_needs_too_much_memory_is_stopped(long_recording: Path, recording: Path) -> None:
    """Allowed is what a process needs to start, and hardly more."""
    with Worker() as warm:
        warm.run(Task(recording, "juggling"))
        status = Path(f"/proc/{warm.pid}/status").read_text(encoding="ascii")
    to_start = 1024 * int(status.partition("VmHWM:")[2].split()[0])
    with Worker(WorkerSettings(memory=to_start + 20 * MIB)) as small:
        failure = small.run(Task(long_recording, "single_leg_box_squat"))
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.retryable) == ("memory", False)


def assert_unstarted(outcome: object, words: str) -> None:
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.retryable) == ("start", True)
    assert words in outcome.message


def test_a_slow_or_broken_start_is_not_the_recordings_fault(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(recording, "clamshell")
    with Worker() as worker:
        with monkeypatch.context() as patch:
            patch.setattr("formcheck.workers.worker.START_S", 0.0)
            assert_unstarted(worker.run(task), "was not ready")
        killed = worker.run(task, cancelled=lambda: os.kill(worker.pid, signal.SIGKILL) is not None)
        assert_unstarted(killed, "ended by SIGKILL before it was ready")
        assert isinstance(worker.run(task), Done)


@LINUX
def test_a_process_that_may_not_hold_what_it_needs_to_start_says_so(recording: Path) -> None:
    with Worker(WorkerSettings(memory=100 * MIB)) as small:
        assert_unstarted(small.run(Task(recording, "clamshell")), "needs more memory to start")


@LINUX
def test_files_beyond_their_limit_are_not_written(recording: Path, tmp_path: Path) -> None:
    with Worker(WorkerSettings(file_size=10_000)) as small:
        failure = small.run(Task(recording, "clamshell", outputs=everything(tmp_path)))
    assert isinstance(failure, Failure)
    assert failure.kind in ("OutputError", "died")
    assert not list(tmp_path.iterdir())


@LINUX
def test_the_process_has_its_limits_and_its_own_group(worker: Worker, recording: Path) -> None:
    assert isinstance(worker.run(Task(recording, "clamshell")), Done)
    limits = Path(f"/proc/{worker.pid}/limits").read_text(encoding="ascii").splitlines()
    soft = {line[:25].strip(): line[26:].split()[0] for line in limits[1:]}
    settings = WorkerSettings()
    assert soft["Max core file size"] == "0"
    assert soft["Max open files"] == str(settings.open_files)
    assert soft["Max file size"] == str(settings.file_size)
    assert int(soft["Max data size"]) > settings.memory
    assert int(soft["Max cpu time"]) > 0
    assert os.getpgid(worker.pid) == worker.pid


def test_a_fresh_process_takes_over_now_and_then(recording: Path) -> None:
    with Worker(WorkerSettings(recycle_after_tasks=2)) as worker:
        pids = []
        for _ in range(3):
            pids.append(worker.pid)
            assert isinstance(worker.run(Task(recording, "clamshell")), Done)
    assert pids[0] == pids[1] != pids[2]
    assert gone(pids[2]), "closing ends it"


ORPHANING = """
import os, signal, sys
from pathlib import Path
from formcheck.workers.task import Task
from formcheck.workers.worker import Worker

if __name__ == "__main__":
    worker = Worker()
    print(worker.pid, flush=True)

    def end(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    worker.run(Task(Path(sys.argv[1]), "single_leg_box_squat"), on_progress=end)
"""


def test_a_worker_ends_when_whoever_started_it_is_killed(long_recording: Path, tmp_path: Path) -> None:
    script = tmp_path / "orphaning.py"
    script.write_text(ORPHANING, encoding="utf-8")
    parent = subprocess.run([sys.executable, str(script), str(long_recording)], capture_output=True, text=True)
    assert parent.returncode == -signal.SIGKILL
    pid, deadline_s = int(parent.stdout), monotonic() + 30.0
    while not gone(pid) and monotonic() < deadline_s:
        sleep(0.05)
    assert gone(pid)
