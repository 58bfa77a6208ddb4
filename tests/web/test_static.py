"""Static files carry their content in their names; catalogues are compiled when they change."""

from unittest.mock import patch

import pytest
from flask import Flask

from lms.settings import HOME, Settings
from lms.web import assets, built, compiled, translations


@pytest.fixture
def folder(tmp_path):
    """A small tree of sources in which a page imports a part, and a style shows a picture."""
    for path, text in {
        "js/page.js": 'import { part } from "./part.js";\n' + "part();\n" * 100,
        "js/part.js": "export function part() {}\n",
        "css/tokens.css": ":root { --ink: #1d2129; } /* a remark */\n",
        "css/parts.css": ".mark { background: url(../icons/mark.svg) }\n",
        "icons/mark.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }.items():
        file = tmp_path / "sources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "sources"


def test_a_change_in_a_part_renames_the_page_that_imports_it(folder):
    before = built.built(folder).names
    (folder / "js/part.js").write_text("export function part() { return 1; }\n")
    after = built.built(folder).names
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"js/part.js", "js/page.js"}


def test_addresses_inside_files_are_the_hashed_ones(folder):
    build = built.built(folder)
    page = build.files[build.names["js/page.js"]].decode()
    assert f'from "/static/{build.names["js/part.js"]}"' in page
    style = build.files[build.names["css/app.css"]].decode()
    assert f"url(/static/{build.names['icons/mark.svg']})" in style
    assert "remark" not in style


def test_the_whole_style_begins_with_the_tokens(folder):
    (folder / "css/a.css").write_text("a { color: red }")
    style = built.sources(folder)["css/app.css"].decode()
    assert style.index("--ink") < style.index(".mark") < style.index("color: red")


def test_a_circle_of_imports_is_refused(folder):
    (folder / "js/part.js").write_text('import "./page.js";')
    with pytest.raises(ValueError, match="import cycle"):
        built.built(folder)


def test_an_address_that_leads_nowhere_is_refused(folder):
    (folder / "js/part.js").write_text('import "./gone.js";')
    with pytest.raises(ValueError, match="gone.js"):
        built.built(folder)


def test_nothing_is_built_again_until_a_source_changes(folder, tmp_path):
    target = tmp_path / "static"
    assert built.write(folder, target)
    assert not built.write(folder, target)
    (folder / "icons/mark.svg").write_text("<svg/>")
    assert built.write(folder, target)


def test_an_older_build_leaves_nothing_behind(folder, tmp_path):
    target = tmp_path / "static"
    built.write(folder, target)
    old = target / built.read_manifest(target)["names"]["js/part.js"]
    (folder / "js/part.js").write_text("export const part = 1;")
    built.write(folder, target)
    assert not old.exists()


def house(tmp_path) -> Flask:
    app = Flask("house", static_folder=None)
    assets.install(app, Settings(var=tmp_path))
    return app


def test_a_browser_gets_the_packed_file_and_may_keep_it_for_ever(folder, tmp_path):
    built.write(folder, tmp_path / "static")
    app = house(tmp_path)
    with app.app_context():
        address = assets.asset("js/page.js")
    answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    plain = app.test_client().get(address)
    assert plain.data.decode().startswith("import")
    answer.close()
    plain.close()


def test_a_house_that_was_not_built_knows_the_names_all_the_same(tmp_path):
    with house(tmp_path).app_context():
        name = assets.asset("icons/mark.svg")
    assert name == "/static/" + built.built(HOME / "static").names["icons/mark.svg"]


def test_the_shipped_static_files_point_only_to_each_other():
    assert set(built.built(HOME / "static").names) == set(built.sources(HOME / "static"))


PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "保存"\nmsgstr "{}"\n'


def test_a_catalogue_is_compiled_once_and_again_when_a_word_changes(tmp_path):
    source = tmp_path / "en/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format("Save"))
    target = tmp_path / "compiled"
    assert translations.write(target, tmp_path) == ["en"]
    assert translations.write(target, tmp_path) == []
    source.write_text(PO.format("Keep"))
    assert translations.write(target, tmp_path) == ["en"]
    assert b"Keep" in (target / "en/LC_MESSAGES/messages.mo").read_bytes()


def test_pages_are_compiled_where_one_changed_and_taken_from_there(tmp_path):
    sources, target = tmp_path / "pages", tmp_path / "compiled"
    sources.mkdir()
    page = sources / "page.html"
    page.write_text("{{ 1 + 1 }}")

    def house():
        made = Flask("house", template_folder=str(sources))
        compiled.install(made, target)
        return made

    assert compiled.write(house, target, sources)
    assert not compiled.write(house, target, sources)
    with patch("jinja2.Environment._parse", side_effect=AssertionError("compiled anew")):
        assert house().jinja_env.get_template("page.html").render() == "2"
    page.write_text("{{ 1 + 2 }}")
    assert house().jinja_env.get_template("page.html").render() == "3"
    assert compiled.write(house, target, sources)
