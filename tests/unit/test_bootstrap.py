import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clone that needs no packages and whose app repeats its words."""
    root = tmp_path / "a clone"
    shutil.copytree(SOURCE / "packaging", root / "packaging")
    shutil.copy(SOURCE / "desk.py", root)
    for lock in (root / "packaging").glob("*.lock"):
        lock.write_text("# nothing\n")
    app = root / "deepracer_desk"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "__main__.py").write_text("import os, sys\nprint('app', sys.argv[1:], os.getcwd())\nsys.exit(7)\n")
    return root


@pytest.fixture
def desk(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bootstrap of that clone, with its environment already made."""
    monkeypatch.setitem(sys.modules, "desk", ModuleType("desk"))
    desk = load(root / "desk.py")
    Path(desk.PYTHON).parent.mkdir(parents=True)
    Path(desk.PYTHON).symlink_to(sys.executable)
    stamp(desk)
    monkeypatch.setattr(desk, "can_use_apt", lambda: False)
    return desk


def stamp(desk: ModuleType) -> None:
    Path(desk.STAMP).write_text(f"{desk.made_line()}\n{desk.fingerprint('run')}\n")


def test_nothing_is_done_when_the_stamp_fits(desk: ModuleType) -> None:
    assert desk.is_ready("run")
    assert not desk.is_broken()
    assert not desk.is_ready("dev")


def test_a_changed_lock_is_installed_over_what_is_there(desk: ModuleType, root: Path) -> None:
    (root / "packaging" / "requirements.lock").write_text("segno==1.6.6\n")
    assert not desk.is_ready("run")
    assert not desk.is_broken()


def test_a_set_up_that_was_interrupted_is_made_anew(desk: ModuleType) -> None:
    desk.touch(desk.RUNNING)
    assert not desk.is_ready("run")
    assert desk.is_broken()


def test_an_environment_that_lost_its_python_is_made_anew(desk: ModuleType) -> None:
    Path(desk.PYTHON).unlink()
    Path(desk.PYTHON).symlink_to("/no/such/python")
    assert not desk.is_ready("run")
    assert desk.is_broken()


def test_an_environment_that_was_moved_is_made_anew(
    desk: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "ROOT", str(SOURCE))
    assert not desk.is_ready("run")
    assert desk.is_broken()


def test_root_gets_the_system_libraries_that_another_user_could_not_install(
    desk: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "can_use_apt", lambda: True)
    assert not desk.is_ready("run")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full",
        ),
        (
            "WARNING: Retrying: 'NameResolutionError()'\nERROR: Could not find a version for numpy==9",
            "does not reach pypi.org",
        ),
        ("ERROR: No matching distribution found for numpy==9", "A package does not exist for this computer"),
        ("something else", "pip said:\nsomething else"),
    ],
)
def test_what_pip_says_becomes_a_sentence(desk: ModuleType, said: str, sentence: str) -> None:
    assert sentence in desk.explain(said)


def test_without_a_network_the_packages_there_are_left_alone(
    desk: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = root / "fake-pip"
    fake.write_text("#!/bin/sh\necho 'NewConnectionError: Failed to establish a new connection'\nexit 1\n")
    fake.chmod(0o755)
    (root / "packaging" / "requirements.lock").write_text("segno==1.6.6\n")
    monkeypatch.setattr(desk, "install_system_libraries", lambda: True)
    monkeypatch.setattr(desk, "is_broken", lambda: False)
    monkeypatch.setattr(desk, "PYTHON", str(fake))
    assert desk.main([]) == 1
    assert "Connect this computer to the internet once" in capsys.readouterr().err
    assert not Path(desk.RUNNING).exists()


def test_too_little_room_is_told_before_the_download(
    desk: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "NEEDED_BYTES", 10**18)
    with pytest.raises(desk.SetupError, match="Make room"):
        desk.make_venv()


def test_an_old_python_is_named_with_the_way_out(
    desk: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desk.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert desk.main([]) == 1
    assert "This is Python 3.9.2; DeepRacer Desk needs 3.11 or newer" in capsys.readouterr().err


def test_an_old_python_can_read_the_file_as_far_as_that_sentence() -> None:
    ast.parse((SOURCE / "desk.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_without_root_the_line_to_run_is_printed(
    desk: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desk.sys, "platform", "linux")
    monkeypatch.setattr(desk.os, "access", lambda *_: True)
    monkeypatch.setattr(desk, "missing_libraries", lambda: [("libgl1",), ("libglib2.0-0", "libglib2.0-0t64")])
    assert not desk.install_system_libraries()
    line = "sudo apt-get install -y --no-install-recommends libgl1 libglib2.0-0\n"
    assert line in capsys.readouterr().out


def test_every_direct_requirement_is_locked() -> None:
    import tomllib

    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = {"requirements.lock": project["dependencies"]}
    needs["requirements-dev.lock"] = needs["requirements.lock"] + project["optional-dependencies"]["dev"]
    for name, wanted in needs.items():
        text = (SOURCE / "packaging" / name).read_text(encoding="utf-8")
        locked = {plain(line.split("==")[0]) for line in text.splitlines() if "==" in line}
        asked = {plain(re.split(r"[^\w.-]", line)[0]) for line in wanted}
        assert asked <= locked, f"{asked - locked} not in {name}: run packaging/lock.py"


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_all_checks_run_even_when_one_is_red(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "check", ModuleType("check"))
    check = load(SOURCE / "packaging" / "check.py")
    commands = {
        "first": [sys.executable, "-c", "raise SystemExit(3)"],
        "gone": ["/no/such/program"],
        "last": [sys.executable, "-c", "print('last ran')"],
    }
    monkeypatch.setattr(check, "checks", lambda *_: commands)
    assert check.main([]) == 1
    said = capfd.readouterr().out
    assert "last ran" in said
    assert [line.split()[:2] for line in said.splitlines()[-4:]] == [
        ["first", "RED"],
        ["gone", "RED"],
        ["last", "passed"],
        ["together", "RED"],
    ]


@pytest.mark.slow
def test_a_bare_clone_sets_itself_up_once_and_hands_the_words_over(root: Path, tmp_path: Path) -> None:
    def start(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(root / "desk.py"), *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    first = start("demo", "--laps", "3")
    handed = f"app ['demo', '--laps', '3'] {tmp_path}\n"
    assert first.stdout.startswith("Setting DeepRacer Desk up in ")
    assert first.stdout.endswith(f"Ready.\n{handed}")
    assert first.returncode == 7
    assert start("demo", "--laps", "3").stdout == handed

    (root / ".venv" / ".setup-running").touch()
    assert "made anew" in start().stdout
    assert start().stdout == f"app [] {tmp_path}\n"
