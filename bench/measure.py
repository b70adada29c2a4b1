"""Prints the table of targets with what was measured. Called by bench/run."""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

from scene import Scene
from timing import CommandFailed, Runner, Side, paired

FETCH_AND_CHECKOUT = ["sh", "-c", "git fetch -q origin main && git checkout -q FETCH_HEAD"]


class Bench:
    def __init__(self, options, work):
        subrepo = os.environ.get("GIT_SUBREPO_ROOT")
        self.runner = Runner(
            work / "home", [f"{subrepo}/lib"] if subrepo else [], {"GIT_SUBREPO_ROOT": subrepo} if subrepo else {}
        )
        self.ddx, self.options = options.ddx, options
        self.runs = options.runs or (3 if options.quick else 5)
        self.few = min(self.runs, 3)
        self.work = work
        self.scene = Scene(self.runner, self.ddx, options.upstream, work / "scene")
        self.rows = []

    def row(self, name, target, measure):
        if not re.search(self.options.only, name):
            return
        print(f"bench: {name} …", file=sys.stderr)
        try:
            result = measure()
        except CommandFailed as failure:
            result = {"failed": str(failure)}
        self.rows.append({"work": name, "target": target, **result})

    def has(self, *git_command):
        command = ["git", *git_command, "-h"]
        done = subprocess.run(command, env=self.runner.environment, capture_output=True, text=True, check=False)
        return "is not a git command" not in done.stderr

    # The rows, in the order of the table.

    def version(self):
        ours, theirs = [self.ddx, "version"], ["git", "--version"]
        return paired(
            self.runner, 10 * self.runs, Side(lambda: (ours, self.work)), Side(lambda: (theirs, self.work)), "cpu"
        )

    def status(self):
        folder = self.scene.copy("ddx")
        ours, theirs = [self.ddx, "status", "--offline"], ["git", "status", "--", ".ddx"]
        return paired(self.runner, 3 * self.runs, Side(lambda: (ours, folder)), Side(lambda: (theirs, folder)))

    def pull_nothing(self):
        folder = self.scene.copy("ddx")
        self.scene.upstream_at("main")
        ours, theirs = [self.ddx, "pull"], ["git", "ls-remote", self.scene.url]
        return paired(self.runner, 3 * self.runs, Side(lambda: (ours, folder)), Side(lambda: (theirs, folder)))

    def side(self, command, project, branch, upstream_folder=".ddx"):
        """A fresh copy of `project`; then the upstream moves to `branch`, and `command` has to bring that."""

        def prepare():
            folder = self.scene.copy(project)
            self.scene.upstream_at(branch)
            return command, folder

        return Side(prepare, lambda folder: self.scene.check_tree(folder / upstream_folder, branch))

    def pull(self, branch="fifty"):
        return self.side([self.ddx, "pull"], "ddx", branch)

    def pull_against_fetch(self):
        return paired(self.runner, self.runs, self.pull(), self.side(FETCH_AND_CHECKOUT, "clone", "fifty", ""))

    def pull_against(self, tool, command):
        if not self.has(tool):
            return {"not_installed": f"git {tool}"}
        result = paired(self.runner, self.few, self.pull(), Side(self.side(command, tool, "fifty").prepare))
        return {**result, "ratio": 1 / result["ratio"]}

    def init(self):
        self.scene.upstream_at("main")

        def ours():
            return [self.ddx, "init", self.scene.url], self.scene.empty_project("init-ours")

        def theirs():
            shutil.rmtree(self.work / "clone", ignore_errors=True)
            return ["git", "clone", "-q", "--depth", "1", self.scene.url, "clone"], self.work

        def check(folder):
            self.scene.check_tree(folder / ".ddx", "main")

        return paired(self.runner, min(self.runs, 5), Side(ours, check), Side(theirs))

    def rollback(self):
        def after(side, command):
            def prepare():
                before, folder = side.prepare()
                self.runner.output(before, folder)
                return command, folder

            return prepare

        git = self.side(FETCH_AND_CHECKOUT, "clone", "thousand", "")
        return paired(
            self.runner,
            self.few,
            Side(after(self.pull("thousand"), [self.ddx, "rollback"]), lambda at: self.scene.check_tree(at / ".ddx", "main")),
            Side(after(git, ["git", "checkout", "-q", "main"])),
        )

    def push(self):
        """Ten edited files on a branch of the upstream, by ddx and by hand from a clone."""

        def side(project, folder_of_files, command):
            def prepare():
                folder = self.scene.copy(project)
                self.scene.upstream_at("main")
                self.scene.drop_branch("bench/ten")
                self.scene.edit(folder / folder_of_files, 10)
                return command, folder

            return Side(prepare, lambda folder: self.scene.check_branch("bench/ten", 10))

        ours = [self.ddx, "push", "-q", "-m", "ten", "--branch", "bench/ten"]
        theirs = ["sh", "-c", "git switch -qc bench/ten && git commit -qam ten && git push -q origin bench/ten"]
        return paired(self.runner, self.runs, side("ddx", ".ddx", ours), side("clone", ".", theirs))

    def growth(self, which):
        counts = []
        for upstream in (self.options.growth[0], self.options.growth[which]):
            scene = Scene(self.runner, self.ddx, upstream, self.work / f"growth-{which}-{len(counts)}")
            folder = scene.copy("ddx")
            scene.upstream_at("fifty")
            counts.append(self.runner.instructions([self.ddx, "pull"], folder))
            shutil.rmtree(scene.work)
        return {"ratio": counts[1] / counts[0], "instructions": counts}

    def flushes(self):
        counts = {}
        for files, branch in ((50, "fifty"), (1000, "thousand")):
            counts[files] = self.runner.flushes(*self.pull(branch).prepare())
        return {"flushes": counts}

    def all(self):
        self.row("version / git --version (CPU)", "<= 2", self.version)
        self.row("status --offline / git status -- .ddx", "<= 1.0", self.status)
        self.row("pull, nothing new / git ls-remote", "<= 1.2", self.pull_nothing)
        self.row("pull, 50 files / git fetch + checkout", "<= 1.5", self.pull_against_fetch)
        subtree = ["git", "subtree", "pull", "-q", "--squash", "--prefix=.ddx", self.scene.url, "main"]
        self.row("git subtree pull --squash / pull, 50 files", ">= 10", lambda: self.pull_against("subtree", subtree))
        subrepo = ["git", "subrepo", "pull", ".ddx"]
        self.row("git subrepo pull / pull, 50 files", ">= 10", lambda: self.pull_against("subrepo", subrepo))
        self.row("init, shallow / git clone --depth 1", "<= 1.3", self.init)
        self.row("rollback, 1,000 files / git checkout", "<= 1.5, < 1 s", self.rollback)
        self.row("push, 10 files / git commit + push", "<= 3, < 2 s", self.push)
        self.row("growth: instructions, history doubled", "<= 1.10", lambda: self.growth(1))
        self.row("growth: instructions, tree doubled", "<= 1.10", lambda: self.growth(2))
        self.row("flush calls of a pull", "5", self.flushes)
        return self.rows


def duration(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def cells(row):
    if "failed" in row:
        return ["failed", "", "", "", row["failed"]]
    if "not_installed" in row:
        return ["-", "", "", "", f"{row['not_installed']}: not installed"]
    if "flushes" in row:
        return [" / ".join(map(str, row["flushes"].values())), "", "", "", "for 50 / 1,000 files"]
    if "instructions" in row:
        before, after = row["instructions"]
        return [f"{row['ratio']:.2f}", "", "", "", f"{before / 1e6:.0f} M → {after / 1e6:.0f} M"]
    ours, theirs = row["ours"][row["by"]], row["theirs"][row["by"]]
    memory = " / ".join(f"{row[side]['memory'] / 2**20:.0f}" for side in ("ours", "theirs")) + " MiB"
    return [f"{row['ratio']:.2f}", duration(ours), duration(theirs), memory, f"{row['runs']} pairs"]


def table(rows):
    lines = [["work", "target", "measured", "ddx", "compared", "peak memory", ""]]
    lines += [[row["work"], row["target"], *cells(row)] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]) - 1)]
    return "\n".join(
        "  ".join([cell.ljust(width) for cell, width in zip(line, widths)] + [line[-1]]).rstrip() for line in lines
    )


def machine():
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]

    return {
        "kernel": platform.release(),
        "processors": os.cpu_count(),
        "git": first_line("git", "--version"),
        "libgit2": first_line("pkg-config", "--modversion", "libgit2"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ddx", required=True)
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--growth", nargs=3, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", default="build/bench/results.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ddx-bench-", dir="build/bench") as work:
        bench = Bench(options, pathlib.Path(work).resolve())
        rows = bench.all()
    pathlib.Path(options.json).write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")
    print(table(rows))
    sys.exit(any("failed" in row for row in rows))


main()
