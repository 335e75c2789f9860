"""The wheel and the editable install hold exactly what the tree holds."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "demo-*", "*.egg-info", "__pycache__", ".*_cache",
    ".hypothesis",
)  # fmt: skip
DATA = {".py", ".toml", ".po", ".html", ".css", ".typed", ".csv"}


def expected() -> set[str]:
    places = {"secscan": "secscan", "checks": "secscan/checks", "templates": "secscan/templates"}
    return {
        f"{inside}/{path.relative_to(ROOT / place)}"
        for place, inside in places.items()
        for path in (ROOT / place).rglob("*")
        if path.suffix in DATA or path.name == "py.typed"
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packaging")
    # A copy: a stale build/ beside the sources would ship checks that are gone.
    shutil.copytree(ROOT, folder / "tree", ignore=LEFT_OUT)
    command = [sys.executable, "-m", "build", "--outdir", str(folder / "dist")]
    subprocess.run(command, cwd=folder / "tree", check=True, capture_output=True)
    return next((folder / "dist").glob("*.whl"))


def test_the_wheel_holds_what_the_tree_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected()


def works(python: Path, tmp_path: Path) -> str:
    """Return what an install outside the tree says of its checks and templates."""
    code = (
        "from jinja2 import PackageLoader\n"
        "from secscan.catalog import load_catalog\n"
        "from secscan.locale import words\n"
        "assert 'index.html' in PackageLoader('secscan.templates', '.').list_templates()\n"
        "assert words('vi').name('pass') != 'Pass'\n"
        "print(len(load_catalog().checks))\n"
    )
    done = subprocess.run(
        [str(python), "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_an_install_works(kind: str, wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    # The dependencies are those of this environment; only secscan itself is installed anew.
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    here = next(path for path in sys.path if path.endswith("site-packages"))
    site_packages = next((environment / "lib").glob("python*/site-packages"))
    (site_packages / "dependencies.pth").write_text(here)
    shutil.copytree(ROOT, tmp_path / "tree", ignore=LEFT_OUT)
    what = [str(wheel)] if kind == "wheel" else ["-e", str(tmp_path / "tree")]
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--no-deps", *what],
        check=True,
        capture_output=True,
    )
    checks = len(list((ROOT / "tests" / "ids.txt").read_text("utf-8").split()))
    assert works(python, tmp_path) == str(checks)
    where = "import secscan; print(secscan.__file__)"
    done = subprocess.run(
        [str(python), "-P", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(tmp_path) in done.stdout
