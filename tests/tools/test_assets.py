"""What the asset build left is complete, unchanged and licensed."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tools.assets import fonts, icons
from tools.assets.build import inputs_digest
from tools.assets.places import PROJECT, VENDOR

pytestmark = pytest.mark.quick
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
ICON_USES = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""")


def test_every_file_is_the_one_that_was_built() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == MANIFEST["files"]


def test_the_files_were_built_from_the_present_lock_and_sources() -> None:
    assert MANIFEST["inputs"] == inputs_digest()


def test_the_lock_pins_every_package_by_integrity_and_names_no_registry() -> None:
    packages = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {name: facts for name, facts in packages.items() if name}
    assert all(facts["integrity"].startswith("sha512-") for facts in fetched.values())
    assert not [name for name, facts in fetched.items() if "resolved" in facts]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "tools/setup/uv.lock"])
def test_each_python_lock_pins_by_hash_and_names_no_address(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (PROJECT / lock).read_text(encoding="utf-8").strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert not any("://" in entry or entry.startswith("-") for entry in entries)


def test_the_sprite_holds_exactly_the_icons_that_are_listed() -> None:
    sprite = (VENDOR / "icons.svg").read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == icons.names()
    assert "style=" not in sprite


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = {
        name
        for template in (PROJECT / "templates").rglob("*.html")
        for name in ICON_USES.findall(template.read_text(encoding="utf-8"))
    }
    assert used - set(icons.names()) == set()


@pytest.mark.parametrize("face", fonts.PRINT_FACES, ids=lambda face: face.file_name)
def test_each_print_face_has_its_name_weight_and_the_marks_of_a_report(face: fonts.Face) -> None:
    font = TTFont(VENDOR / "fonts" / face.file_name)
    assert font["name"].getBestFamilyName() == face.family
    assert font["name"].getBestSubFamilyName() == face.style
    assert font["OS/2"].usWeightClass == face.weight
    assert [mark for mark in fonts.MUST_HAVE if ord(mark) not in font.getBestCmap()] == []
    assert "fvar" not in font


def test_the_font_style_sheet_points_to_files_beside_it() -> None:
    style = (VENDOR / "inter" / "inter.css").read_text(encoding="utf-8")
    names = re.findall(r'url\("([^"]+)"\)', style)
    assert names == [f"inter-{script}.woff2" for script in fonts.WEB_RANGES]
    assert all((VENDOR / "inter" / name).exists() for name in names)


@pytest.mark.parametrize("name", ["tabler.min.css", "tabler.min.js", "sortable.min.js"])
def test_no_script_or_style_sheet_loads_from_elsewhere_or_needs_eval(name: str) -> None:
    text = (VENDOR / name).read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"@import|url\(\s*['\"]?https?:|\bnew Function\(|(?<![\w.])eval\(", text)


def test_every_shipped_package_has_its_licence_beside_the_files() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (VENDOR / "licences").glob("*.txt")}
    assert {"bootstrap", "tabler-core", "tabler-icons", "sortablejs", "vega", "inter-ui", "d3-scale"} <= set(texts)
    assert [name for name, text in texts.items() if len(text) < 400] == []


def test_own_pictures_carry_no_style() -> None:
    for picture in Path(PROJECT / "static" / "img").glob("*.svg"):
        assert "style" not in picture.read_text(encoding="utf-8")


def test_what_a_bundled_package_carries_inside_is_licensed_too() -> None:
    bundle = (VENDOR / "charts.min.js").read_text(encoding="utf-8")
    assert "134217729" in bundle  # the splitter of robust-predicates, inside of d3-delaunay
    for package, holder in (("delaunator", "Mapbox"), ("robust-predicates", "public domain")):
        assert holder in (VENDOR / "licences" / f"{package}.txt").read_text(encoding="utf-8")
