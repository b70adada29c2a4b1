"""Projects in known states, and fresh copies of them for each run."""
import os
import shutil
import subprocess

from timing import CommandFailed


class Scene:
    """One upstream whose `main` can be moved, and the projects that follow it."""

    def __init__(self, runner, ddx, upstream, work):
        self.runner, self.ddx, self.work = runner, ddx, work
        work.mkdir(parents=True)
        self.server = work / "upstream.git"
        self._git(work, "clone", "-q", "--bare", "--shared", upstream, self.server)
        self.url = f"file://{self.server}"
        self.original = self._git(self.server, "rev-parse", "main")
        self.masters = {}
        self.copies = {}  # the latest of each master
        self.copy_count = 0

    def _git(self, folder, *arguments):
        return self.runner.output(["git", *map(str, arguments)], folder)[0].strip()

    def _commit_at(self, branch):
        return self.original if branch == "main" else branch

    def upstream_at(self, branch):
        """What the upstream's `main` is from now on: the `main` of the generator, `fifty` or `thousand`."""
        self._git(self.server, "update-ref", "refs/heads/main", self._commit_at(branch))

    def check_tree(self, folder, branch):
        """Raises CommandFailed unless `folder` holds exactly the files of `branch`."""
        git = ["git", f"--git-dir={self.server}", f"--work-tree={folder}", "-c", "core.bare=false"]
        environment = {**self.runner.environment, "GIT_INDEX_FILE": str(self.work / "check-index")}

        def ask(*arguments):
            done = subprocess.run([*git, *arguments], env=environment, capture_output=True, text=True, check=False)
            return done.stdout + done.stderr

        problems = ask("read-tree", self._commit_at(branch)) + ask("update-index", "-q", "--refresh")
        if problems + ask("ls-files", "--others"):
            raise CommandFailed(f"'{folder.name}' does not hold the files of '{branch}' afterwards")

    def edit(self, folder, count):
        """Adds a line to the first `count` files."""
        files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
        for path in files[:count]:
            with path.open("a") as file:
                file.write("a line more\n")

    def drop_branch(self, branch):
        self._git(self.server, "update-ref", "-d", f"refs/heads/{branch}")

    def check_branch(self, branch, count):
        """Raises CommandFailed unless it is one commit on `main` that changes so many files."""
        changed = self._git(self.server, "diff", "--name-only", "main", branch).splitlines()
        if len(changed) != count or self._git(self.server, "rev-list", "--count", f"main..{branch}") != "1":
            raise CommandFailed(f"'{branch}' is not one commit with {count} files")

    def empty_project(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        self._git(self.work, "init", "-q", "-b", "main", folder)
        (folder / "README.md").write_text("a project\n")
        self._commit(folder)
        return folder

    def _commit(self, folder):
        self._git(folder, "add", "-A")
        self._git(folder, "commit", "-q", "-m", "bench")

    def master(self, name):
        """A project that was made once: `ddx`, `subtree`, `subrepo` at main; `clone` shallow at main."""
        if name not in self.masters:
            self.upstream_at("main")
            self.masters[name] = getattr(self, f"_make_{name}")()
            self._git(self.masters[name], "repack", "-qad")
        return self.masters[name]

    def _make_ddx(self):
        folder = self.empty_project("master-ddx")
        self.runner.output([self.ddx, "init", self.url], folder)
        self.check_tree(folder / ".ddx", "main")
        self._commit(folder)
        return folder

    def _make_clone(self):
        self._git(self.work, "clone", "-q", "--depth", "1", self.url, "master-clone")
        return self.work / "master-clone"

    def _make_subtree(self):
        folder = self.empty_project("master-subtree")
        self._git(folder, "subtree", "add", "-q", "--squash", "--prefix=.ddx", self.url, "main")
        return folder

    def _make_subrepo(self):
        folder = self.empty_project("master-subrepo")
        self._git(folder, "subrepo", "clone", self.url, ".ddx", "-b", "main")
        return folder

    def copy(self, name):
        """A fresh copy with warm caches: git's index and ddx's own know the new files' inodes."""
        source = self.master(name)
        if name in self.copies:
            shutil.rmtree(self.copies[name])
        self.copy_count += 1
        folder = self.copies[name] = self.work / f"copy-{name}-{self.copy_count}"

        def copy_file(old, new):
            immutable = old.endswith((".pack", ".idx", ".rev"))
            return os.link(old, new) if immutable else shutil.copy2(old, new)

        shutil.copytree(source, folder, symlinks=True, copy_function=copy_file)
        self._git(folder, "status", "--porcelain")
        if name == "ddx":
            self.runner.output([self.ddx, "status", "--offline"], folder)
        return folder
