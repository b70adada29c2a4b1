"""Writes a generated upstream as a git fast-import stream. The same numbers give the same commit ids.

usage: upstream.py FILES COMMITS | git fast-import

Branches: `main`, and on top of it `fifty` and `thousand`, one commit each that changes so many files.
"""
import random
import sys

WORDS = """agent answer argument assert audit baseline branch build cache change check commit compare concept
context contract count decide default define deploy describe design detail diff document draft edge effort engineer
error example expect explain export failure feature field file flow follow format gate goal guide handle history
import input issue keep label language layer library limit list lock log measure merge method metric mock model
module name note object option order output owner page pattern persona plan policy prompt proof question range read
reason record release report request require result review rule runbook sample schema scope script section seed
service shape share signal source stage state step story style system table task team template test thread time
token tool trace tree trust update user value verify version view walk watch workflow write""".split()
FIRST_DATE = 1_500_000_000


class Library:
    """The files as they stand after the last commit."""

    def __init__(self, file_count, rng):
        self.rng = rng
        self.folders = self._folders(max(8, file_count * 1100 // 16000))
        self.files = {}
        self.paths = []
        self.next_number = 0

    def _folders(self, count):
        folders = [f"{kind}" for kind in ("prompts", "personas", "patterns", "templates", "configs", "workflows")]
        while len(folders) < count:
            parent = self.rng.choice(folders)
            if parent.count("/") < 4:
                folders.append(f"{parent}/{self.rng.choice(WORDS)}-{len(folders)}")
        return folders

    def _line(self):
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(4, 14))).capitalize() + "."

    def add(self):
        path = f"{self.rng.choice(self.folders)}/{self.rng.choice(WORDS)}-{self.next_number}.md"
        self.next_number += 1
        lines = [f"# {path}", ""]
        for _ in range(self.rng.randint(4, 24)):
            lines += [self._line() for _ in range(self.rng.randint(1, 3))] + [""]
        self.files[path] = lines
        self.paths.append(path)
        return path

    def edit(self, path):
        lines = self.files[path]
        for _ in range(self.rng.randint(1, 4)):
            at = self.rng.randrange(1, len(lines))
            lines[at : at + self.rng.randint(0, 1)] = [self._line()]

    def remove(self):
        at = self.rng.randrange(len(self.paths))
        path = self.paths[at]
        self.paths[at] = self.paths[-1]
        self.paths.pop()
        del self.files[path]
        return path


class Stream:
    def __init__(self, out):
        self.out = out
        self.date = FIRST_DATE

    def commit(self, branch, subject, changed, removed, library, parent=None):
        self.date += 3600
        who = f"Author {self.date // 3600 % 40} <author@example.com> {self.date} +0000"
        message = subject.encode()
        self.out.write(f"commit refs/heads/{branch}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode())
        self.out.write(message + b"\n")
        if parent:
            self.out.write(f"from refs/heads/{parent}\n".encode())
        for path in removed:
            self.out.write(f"D {path}\n".encode())
        for path in changed:
            content = "\n".join(library.files[path]).encode() + b"\n"
            self.out.write(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")


def main():
    file_count, commit_count = int(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(20240501)
    library, stream = Library(file_count, rng), Stream(sys.stdout.buffer)
    first = file_count // 8
    stream.commit("main", "first resources", [library.add() for _ in range(first)], [], library)
    for number in range(1, commit_count):
        due = first + (file_count - first) * number // (commit_count - 1)
        removed = [library.remove()] if rng.random() < 0.02 and number < commit_count - 1 else []
        changed = dict.fromkeys(library.add() for _ in range(due - len(library.paths)))
        for path in rng.sample(library.paths, max(0, rng.randint(1, 5) - len(changed))):
            library.edit(path)
            changed[path] = None
        stream.commit("main", f"change {number}", changed, removed, library)
    for branch, count in (("fifty", 50), ("thousand", 1000)):
        chosen = rng.sample(sorted(library.paths), min(count, file_count // 2))
        for path in chosen:
            library.edit(path)
        stream.commit(branch, f"change {len(chosen)} files", chosen, [], library, parent="main")
    sys.stdout.buffer.write(b"done\n")


main()
