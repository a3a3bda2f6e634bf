import pytest

from deepracer_desk.system import resources


def test_a_resource_is_read_by_its_name() -> None:
    assert "SIL OPEN FONT LICENSE" in resources.read_text("fonts/OFL-Inter.txt")
    assert resources.exists("fonts/OFL-Inter.txt")
    with resources.as_path("fonts/OFL-Inter.txt") as path:
        assert path.read_bytes() == resources.read_bytes("fonts/OFL-Inter.txt")


def test_a_folder_is_listed_by_suffix() -> None:
    fonts = resources.names("fonts", ".otf")
    assert "fonts/Inter-Regular.otf" in fonts
    assert all(resources.exists(name) for name in fonts)
    assert resources.names("no-such-folder") == ()


@pytest.mark.parametrize(
    "name", ["", ".", "/etc/passwd", "../desk.py", "fonts/../../desk.py", "..\\desk.py", "C:/x", "fonts/\0"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    for read in (resources.read_bytes, resources.exists, resources.as_path):
        with pytest.raises(ValueError, match="not the name of a resource"):
            read(name)


def test_a_missing_resource_is_named() -> None:
    assert not resources.exists("fonts/none.otf")
    with pytest.raises(FileNotFoundError, match=r"none\.otf"):
        resources.read_bytes("fonts/none.otf")
