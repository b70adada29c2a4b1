"""Runs commands and measures them: time, memory, instructions, flushes."""
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time


@dataclasses.dataclass
class Sample:
    wall: float  # seconds
    cpu: float  # seconds, of the command and what it started


class CommandFailed(Exception):
    pass


class Runner:
    """Runs commands with a HOME of their own, so that nobody's configuration is measured."""

    def __init__(self, home, extra_path=(), extra_environment=None):
        home.mkdir(parents=True, exist_ok=True)
        (home / ".gitconfig").write_text("[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n")
        self.environment = {
            "PATH": os.pathsep.join([*extra_path, os.environ["PATH"]]),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Bench",
            "GIT_AUTHOR_EMAIL": "bench@example.com",
            "GIT_COMMITTER_NAME": "Bench",
            "GIT_COMMITTER_EMAIL": "bench@example.com",
            **(extra_environment or {}),
        }

    def output(self, command, folder):
        done = subprocess.run(
            command, cwd=folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "nothing said").splitlines()[0]
            raise CommandFailed(f"'{' '.join(map(str, command))[:60]}': exit {done.returncode}: {said}")
        return done.stdout, done.stderr

    def measure(self, command, folder):
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said.seek(0)
                text = (said.read().decode(errors="replace").strip() or "nothing said").splitlines()[0]
                raise CommandFailed(f"'{' '.join(map(str, command))[:60]}': exit {process.returncode}: {text}")
        return Sample(wall, usage.ru_utime + usage.ru_stime)

    def memory(self, command, folder):
        """Peak of the largest process, in bytes. Not from `measure`: there the peak would count ourselves before exec."""
        with tempfile.NamedTemporaryFile() as report:
            self.output(["/usr/bin/time", "-f", "%M", "-o", report.name, *command], folder)
            return int(pathlib.Path(report.name).read_text().split()[-1]) * 1024

    def instructions(self, command, folder):
        """Of the command itself, without the programs it starts."""
        counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
        found = re.search(r"Collected : (\d+)", self.output(counted, folder)[1])
        if not found:
            raise CommandFailed("callgrind gave no count")
        return int(found.group(1))

    def flushes(self, command, folder):
        calls = "fsync,fdatasync,sync,syncfs,sync_file_range,msync"
        with tempfile.NamedTemporaryFile() as trace:
            self.output(["strace", "-f", "-qq", "-o", trace.name, "-e", f"trace={calls}", *command], folder)
            lines = pathlib.Path(trace.name).read_text(errors="replace").splitlines()
        return sum(1 for line in lines if re.search(r"\b(f|fdata)?sync(fs|_file_range)?\(|\bmsync\(", line))


@dataclasses.dataclass
class Side:
    """One of the two that are compared. `prepare` makes a fresh state and returns (command, folder)."""

    prepare: object
    check: object = lambda folder: None  # raises CommandFailed when the command did not do its work


def paired(runner, runs, ours, theirs, by="wall"):
    """Interleaved runs; whose turn is first alternates. The ratio is the median of the ratios of each pair."""
    samples = {0: [], 1: []}
    for number in range(runs):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            side = (ours, theirs)[which]
            command, folder = side.prepare()
            samples[which].append(runner.measure(command, folder))
            side.check(folder)

    def median(which):
        fields = (f.name for f in dataclasses.fields(Sample))
        return {name: statistics.median(getattr(s, name) for s in samples[which]) for name in fields}

    memory = [runner.memory(*side.prepare()) for side in (ours, theirs)]
    return {
        "ratio": statistics.median(getattr(a, by) / getattr(b, by) for a, b in zip(samples[0], samples[1])),
        "by": by,
        "runs": runs,
        "ours": {**median(0), "memory": memory[0]},
        "theirs": {**median(1), "memory": memory[1]},
    }
