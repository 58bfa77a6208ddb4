"""Static files named by their content, so that a browser may keep each for ever.

Pure but for `write`: a folder of sources becomes a dict of names, and the dict becomes files.
"""

import gzip
import hashlib
import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli

WORTH_PACKING = 400  # bytes; below, the packed file is no smaller on the wire
BROTLI, GZIP = 11, 9  # as small as it goes: once here, and not at each request
TEXT = {".css", ".js", ".json", ".svg", ".txt", ".html", ".webmanifest"}
WHOLE_STYLE = "css/app.css"  # all of css/ in one file: one request for a line of 300 ms
STYLE_ORDER = ("css/tokens.css", "css/elements.css", "css/parts.css")
IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*["'])(\.{1,2}/[^"']+)(["'])""")
URL = re.compile(r"""(url\(["']?)(?![a-z]+:|/|#)([^"')]+)(["']?\))""")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass
class Build:
    """Sources on the way to their names. `names` maps a source's path to its hashed path."""

    sources: dict[str, bytes]
    prefix: str = "/static/"
    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def name(self, path: str) -> str:
        """The hashed name of a source; what it imports is named first, and is part of its hash."""
        if path in self.names:
            return self.names[path]
        if path in self.waiting:
            raise ValueError("import cycle: " + " → ".join([*self.waiting, path]))
        self.waiting.append(path)
        content = self.pointed(path)
        self.waiting.remove(path)
        stem, end = posixpath.splitext(path)
        self.names[path] = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{end}"
        self.files[self.names[path]] = content
        return self.names[path]

    def pointed(self, path: str) -> bytes:
        """The content, with every relative address replaced by the hashed one."""
        content, folder = self.sources[path], posixpath.dirname(path)

        def replaced(found: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(folder, found[2]))
            if target not in self.sources:
                raise ValueError(f"{path} points to {found[2]}, which is not there")
            return found[1] + self.prefix + self.name(target) + found[3]

        if path.endswith(".js"):
            return IMPORT.sub(replaced, content.decode()).encode()
        if path.endswith(".css"):
            return URL.sub(replaced, COMMENT.sub("", content.decode())).encode()
        return content


def sources(folder: Path) -> dict[str, bytes]:
    """Every file below the folder by its path, and the one style sheet made of all in css/."""
    paths = sorted(file for file in folder.rglob("*") if file.is_file())
    found = {file.relative_to(folder).as_posix(): file.read_bytes() for file in paths}
    styles = [path for path in found if posixpath.dirname(path) == "css"]
    rest = [path for path in styles if path not in STYLE_ORDER]
    ordered = [path for path in STYLE_ORDER if path in found] + rest
    if ordered:
        found[WHOLE_STYLE] = b"\n".join(found[path] for path in ordered)
    return found


def built(folder: Path) -> Build:
    """The folder's files under their hashed names, in memory."""
    build = Build(sources(folder))
    for path in build.sources:
        build.name(path)
    return build


def packed(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A text's two packed forms."""
    if posixpath.splitext(name)[1] in TEXT and len(content) > WORTH_PACKING:
        yield f"{name}.br", brotli.compress(content, quality=BROTLI)
        yield f"{name}.gz", gzip.compress(content, GZIP, mtime=0)


def fingerprint(folder: Path) -> str:
    """Changes when any source changes, appears or goes; also when this file does."""
    whole = hashlib.sha256(Path(__file__).read_bytes())
    for path, content in sources(folder).items():
        whole.update(f"{path}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def write(folder: Path, target: Path) -> bool:
    """Build into `target` with a manifest, unless what lies there is this very build already."""
    made_from = fingerprint(folder)
    if read_manifest(target).get("made_from") == made_from:
        return False
    build, new = built(folder), target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    for name, content in build.files.items():
        for path, packing in [(name, content), *packed(name, content)]:
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(packing)
    manifest = {"made_from": made_from, "names": build.names}
    (new / "manifest.json").write_text(json.dumps(manifest, indent=0))
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return True


def read_manifest(target: Path) -> dict:
    """What `write` left there: {"made_from": …, "names": {source: hashed}}, or nothing."""
    file = target / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}
