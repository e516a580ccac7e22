"""What a stopped pip leaves behind is recognised and forgotten; nothing else is touched."""

import os

from lessonlib.tooling.repair import forget_half_installed


def make_package(folder, name, files=("__init__.py", "core.py"), record=True):
    package = folder / name
    package.mkdir()
    rows = []
    for file in files:
        (package / file).write_text("x = 1\n")
        rows.append(f"{name}/{file},sha256=abc,{(package / file).stat().st_size}")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
    rows += [f"{info.name}/METADATA,,", f"{info.name}/RECORD,,", f"{name}/__pycache__/core.cpython-311.pyc,,"]
    if record:
        (info / "RECORD").write_text("\n".join(rows) + "\n")
    return info


def test_half_written_packages_are_forgotten(tmp_path):
    whole = make_package(tmp_path, "whole")
    without_record = make_package(tmp_path, "without_record", record=False)
    missing_file = make_package(tmp_path, "missing_file")
    (tmp_path / "missing_file" / "core.py").unlink()
    short_file = make_package(tmp_path, "short_file")
    (tmp_path / "short_file" / "core.py").write_text("x")
    old = make_package(tmp_path, "old", record=False)
    os.utime(old, (1_000, 1_000))
    (tmp_path / "~umpy").mkdir()

    removed = forget_half_installed(since=2_000, folders=[tmp_path])

    assert sorted(removed) == sorted(["~umpy", without_record.name, missing_file.name, short_file.name])
    assert whole.exists() and old.exists()
    assert not without_record.exists() and not missing_file.exists() and not short_file.exists()


def test_a_whole_environment_is_left_alone():
    """The packages of the environment that runs this test are whole (someone may have edited one or two)."""
    from lessonlib.tooling.repair import is_whole, site_packages

    infos = [info for folder in site_packages() for info in folder.glob("*.dist-info")]
    assert len(infos) > 50
    assert len([info for info in infos if not is_whole(info)]) <= 2
