"""Every document of the tests' examples as pages to look at: ``make pages`` (needs LibreOffice and pdftoppm)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from document_examples import EXAMPLES  # noqa: E402 # the tests' folder is on the path only now
from qingdan.core.schema import Schemas  # noqa: E402
from qingdan.desk import documents  # noqa: E402
from qingdan.repo.resources import schema_texts  # noqa: E402

NEEDED = ("soffice", "pdftoppm")


def main(folder: Path) -> int:
    """Lay out all examples below ``folder`` (anew each time); 3 where the machine cannot show pages."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        print(f"{' and '.join(missing)} not found. On Debian or Ubuntu: apt-get install "
              "libreoffice-writer-nogui poppler-utils fonts-noto-cjk", file=sys.stderr)  # fmt: skip
        return 3
    shutil.rmtree(folder, ignore_errors=True)
    place = documents.Office(Schemas(schema_texts()), {})
    for name, several in EXAMPLES.items():
        for number, value in enumerate(several, 1):
            done = documents.made(place, name, documents.plain(value))
            stem = f"{name.removesuffix('.md')}-{number}"
            documents.put(folder, stem, documents.written(place, done, ("docx", "html", "md")))
    files = sorted(folder.glob("*.docx"))
    env = os.environ | {"FONTCONFIG_FILE": str(ROOT / "docs" / "fonts.conf")}
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*convert, *map(str, files)], check=True, env=env, stdout=subprocess.DEVNULL)
    for pdf in sorted(folder.glob("*.pdf")):
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", str(pdf), str(pdf.with_suffix(""))], check=True
        )
    pages = len(list(folder.glob("*.png")))
    print(f"{len(files)} documents, {pages} pages in {os.path.relpath(folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
