"""Sets DeepRacer Desk up and starts it: python3 desk.py, or python3 desk.py demo.

The first start needs a network: it makes `.venv` in this folder and installs the pinned packages there. Later
starts do no work. `test` runs all checks and tests; every other word goes to the app as it is.
Standard library only, and understood by older Pythons as far as the sentence that asks for a newer one.
"""

from __future__ import annotations

import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "1"  # part of the stamp: a new one makes every copy set itself up again
OLDEST_PYTHON = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = (
    os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
)
STAMP = os.path.join(VENV, ".setup-stamp")
RUNNING = os.path.join(VENV, ".setup-running")
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
NEEDED_BYTES = 1_500_000_000
APT_LINE = "apt-get install -y --no-install-recommends"

# Where a package was renamed for 64-bit time (Debian 13, Ubuntu 24.04), the newer name follows the stroke.
APT_NAMES = """
    libglib2.0-0|libglib2.0-0t64 libgl1 libegl1 libdbus-1-3 libxkbcommon0 libfontconfig1 libfreetype6 libx11-6
    libbrotli1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libpulse0
    xvfb xauth libgl1-mesa-dri fonts-dejavu-core fonts-noto-core fonts-noto-cjk
"""
APT_PACKAGES = [tuple(names.split("|")) for names in APT_NAMES.split()]


class SetupError(Exception):
    """Setting up cannot go on; the text says why and what to do."""


def main(words: list[str]) -> int:
    """Set up if needed and hand over."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        return use_newer_python(words)
    part = "dev" if words[:1] == ["test"] else "run"
    try:
        if not is_ready(part):
            set_up(part)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nStopped before the set-up was complete. Start again at any time; it begins anew.",
            file=sys.stderr,
        )
        return 130
    if part == "dev":
        return hand_over([PYTHON, os.path.join(ROOT, "packaging", "check.py"), "--all", *words[1:]])
    return hand_over([PYTHON, "-P", "-m", "deepracer_desk", *words])  # -P: nothing from the present folder


def use_newer_python(words: list[str]) -> int:
    """Start again with a Python that is new enough, or say that none was found."""
    import shutil
    import subprocess

    for name in ("python3.11", "python3.12", "python3.13"):
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return hand_over([found, os.path.abspath(__file__), *words])
    here = ".".join(str(number) for number in sys.version_info[:3])
    print(
        f"This is Python {here}; DeepRacer Desk needs 3.11 or newer. "
        "Install it (https://www.python.org/downloads, or on Debian and Ubuntu: "
        "sudo apt-get install python3.11 python3.11-venv) and start again with it.",
        file=sys.stderr,
    )
    return 1


def hand_over(command: list[str]) -> int:
    """Go on as another program; Windows has no such step, there it is a child."""
    sys.stdout.flush()
    if os.name == "nt":
        import subprocess

        with contextlib.suppress(KeyboardInterrupt):
            return subprocess.call(command)
        return 130
    return os.execv(command[0], command)


# --- what is there ---------------------------------------------------------------------------------------


def fingerprint(part: str) -> str:
    """Return what the stamp must hold for `part`: the lock, this file's version, the place, the Python."""
    import hashlib

    with open(os.path.join(ROOT, "packaging", LOCKS[part]), "rb") as file:
        lock = file.read()
    facts = "\n".join((VERSION, ROOT, os.path.realpath(PYTHON)))
    return "{} {}".format(part, hashlib.sha256(lock + facts.encode("utf-8", "surrogateescape")).hexdigest())


def read_stamp() -> list[str]:
    """Return the lines of the stamp."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            return file.read().splitlines()
    except (OSError, ValueError):
        return []


def is_ready(part: str) -> bool:
    """Tell whether nothing is to be done; takes a millisecond."""
    stamp = read_stamp()
    if fingerprint(part) not in stamp or os.path.exists(RUNNING) or not os.access(PYTHON, os.X_OK):
        return False
    return "system libraries" in stamp or not can_use_apt()


def is_broken() -> bool:
    """Tell whether `.venv` was left half-made, was moved, or lost its Python."""
    import subprocess

    if os.path.exists(RUNNING) or not os.access(PYTHON, os.X_OK):
        return True
    if any(line.startswith("made ") and line != made_line() for line in read_stamp()):
        return True
    answer = subprocess.run(
        [PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"], capture_output=True
    )
    return answer.returncode != 0


def made_line() -> str:
    """Return the stamp's line on where and with which Python `.venv` was made."""
    return f"made in {ROOT} with {os.path.realpath(PYTHON)}"


# --- setting up ------------------------------------------------------------------------------------------


def set_up(part: str) -> None:
    """Bring system libraries and packages in; two starts at a time wait for each other."""
    with only_one():
        if is_ready(part):
            return
        print(f"Setting DeepRacer Desk up in {VENV}", flush=True)
        done = ("run", "dev") if part == "dev" else ("run",)  # the lock for tests holds the other one
        stamp = [line for line in read_stamp() if not line.startswith((*done, "made ", "system "))]
        if install_system_libraries() or can_use_apt():  # what root's apt could not do, it cannot next time
            stamp.append("system libraries")
        try:
            if is_broken():
                stamp = [line for line in stamp if line.startswith("system ")]
                make_venv()
            install_packages(part)
            with open(STAMP + ".new", "w", encoding="utf-8") as file:
                file.write("\n".join([*stamp, made_line(), *map(fingerprint, done)]) + "\n")
            os.replace(STAMP + ".new", STAMP)
            os.remove(RUNNING)
        except OSError as error:
            raise SetupError(disk_sentence(error)) from error
        print("Ready.")


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold other set-ups of this folder back; the hold ends with the process."""
    if os.name == "nt":
        yield
        return
    import fcntl

    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another start is setting up; waiting for it.", flush=True)
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_venv() -> None:
    """Make an empty `.venv`, in place of a broken one."""
    import shutil
    import subprocess

    if os.path.lexists(VENV):
        print("  The environment there is not whole; it is made anew.")
        shutil.rmtree(VENV)
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"The disk has {free / 1e9:.1f} GB left and the packages need {NEEDED_BYTES / 1e9:.1f} GB. "
            "Make room and start again."
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise SetupError(
            "This Python cannot make environments. "
            f"Run: sudo apt-get install python{python_name()}-venv, and start again."
        ) from None
    print("  Python environment", flush=True)
    os.makedirs(VENV)
    touch(RUNNING)
    answer = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, errors="replace"
    )
    if answer.returncode != 0:
        raise SetupError(explain(answer.stdout + answer.stderr))


def install_packages(part: str) -> None:
    """Install the pinned packages and make the app importable from everywhere."""
    import subprocess

    print("  Python packages (about 250 MB the first time)", flush=True)
    touch(RUNNING)
    lock = os.path.join(ROOT, "packaging", LOCKS[part])
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--progress-bar",
        "off",
        "--retries",
        "2",
        "-r",
        lock,
    ]
    environ = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUNBUFFERED="1")
    said: list[str] = []
    changed = False
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environ
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            changed = changed or line.startswith("Installing collected")
            tell(line)
    if pip.returncode != 0:
        if not changed:
            os.remove(RUNNING)  # nothing was touched: what was installed before is still whole
        raise SetupError(explain("".join(said)))
    question = [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    folder = subprocess.run(question, capture_output=True, text=True, check=True).stdout.strip()
    with open(os.path.join(folder, "deepracer-desk.pth"), "w", encoding="utf-8") as file:
        file.write(ROOT + "\n")


def tell(line: str) -> None:
    """Show the lines of pip that a person can use."""
    words = line.split()
    if words[:1] == ["Downloading"] and len(words) > 1:
        name = words[1].rsplit("/", 1)[-1].split("-")
        print("    {} {}".format(" ".join(name[:2]), " ".join(words[2:])), flush=True)
    elif line.startswith("Installing collected"):
        print("    unpacking", flush=True)


def python_name() -> str:
    """Return this Python's short version, such as 3.11."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def touch(path: str) -> None:
    """Make an empty file."""
    with open(path, "w", encoding="utf-8"):
        pass


def explain(said: str) -> str:
    """Return a sentence for what a program said before it gave up."""
    lower = said.lower()
    if "no space left" in lower or "disk quota" in lower or "errno 28" in lower:
        return "The disk is full. Make room (the packages need about 1.5 GB) and start again."
    offline = (
        "nameresolution",
        "name resolution",
        "getaddrinfo",
        "newconnection",
        "timed out",
        "unreachable",
    )
    if any(
        sign in lower
        for sign in (*offline, "connection refused", "proxyerror", "sslerror", "connection broken")
    ):
        return (
            "The packages could not be fetched: the network does not reach pypi.org. "
            "Connect this computer to the internet once and start again; later starts need none."
        )
    if "no matching distribution" in lower or "could not find a version" in lower:
        wanted = next((line for line in said.splitlines() if "No matching distribution" in line), "").strip()
        return f"A package does not exist for this computer and Python {python_name()}. {wanted}"
    return "The packages could not be installed. pip said:\n" + "\n".join(said.splitlines()[-15:])


def disk_sentence(error: OSError) -> str:
    """Return a sentence for a folder that cannot be written."""
    if error.errno == 28:
        return explain("no space left")
    return f"{error.filename or VENV} cannot be written ({error.strerror}). Correct that and start again."


# --- libraries of the system -----------------------------------------------------------------------------


def can_use_apt() -> bool:
    """Tell whether system packages can be installed from here."""
    return sys.platform == "linux" and os.geteuid() == 0 and os.access("/usr/bin/apt-get", os.X_OK)


def install_system_libraries() -> bool:
    """Install what Qt needs of the system; where that is not possible, print the line to run and go on.

    Returns True when nothing is left to do.
    """
    import subprocess

    if sys.platform != "linux" or not os.access("/usr/bin/dpkg-query", os.X_OK):
        return True  # another system: the app itself names what it misses
    missing = missing_libraries()
    if not missing:
        return True
    if not can_use_apt():
        names = " ".join(choices[0] for choices in missing)
        print(f"  Some system libraries are missing. To install them, run once:\n    sudo {APT_LINE} {names}")
        return False
    print(f"  System libraries ({len(missing)} packages)", flush=True)
    environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    subprocess.run(["apt-get", "update", "-qq"], env=environ, capture_output=True)
    names = [name for name in (offered(choices, environ) for choices in missing) if name]
    answer = subprocess.run(
        [*APT_LINE.split(), "-qq", *names], env=environ, capture_output=True, text=True, errors="replace"
    )
    if answer.returncode == 0:
        return True
    last = (answer.stderr.strip() or answer.stdout.strip() or "no reason given").splitlines()[-1]
    print(
        "  apt-get stopped: {}\n  To try again by hand:\n    sudo {} {}".format(
            last, APT_LINE, " ".join(names)
        )
    )
    return False


def missing_libraries() -> list[tuple[str, ...]]:
    """Return the packages of which no name is installed."""
    import subprocess

    names = [name for choices in APT_PACKAGES for name in choices]
    question = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names]
    answer = subprocess.run(question, capture_output=True, text=True)
    there = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [choices for choices in APT_PACKAGES if there.isdisjoint(choices)]


def offered(choices: tuple[str, ...], environ: dict[str, str]) -> str:
    """Return the name under which this system offers a package, or nothing."""
    import subprocess

    for name in choices:
        answer = subprocess.run(["apt-cache", "policy", name], env=environ, capture_output=True, text=True)
        if any("Candidate:" in line and "(none)" not in line for line in answer.stdout.splitlines()):
            return name
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
