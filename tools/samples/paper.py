"""What comes out of a printer or a scanner: PDF by LibreOffice with embedded type, pictures of pages, pictures with text behind.

These bytes differ between machines and versions; they are made once and committed. `build.py --papers` makes them again.
"""

import random
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
from PIL import Image

from tools.samples.source import Source
from tools.samples.word import docx_from

_DPI = 150


def pdf_from(source: Source) -> bytes:
    """The text as LibreOffice prints it; needs `soffice` and the Noto CJK typefaces."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "a.docx").write_bytes(docx_from(source, printed=True))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", folder, str(place / "a.docx")],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return (place / "a.pdf").read_bytes()


def scan_from(source: Source, *, searchable: bool) -> bytes:
    """A PDF of grey pictures, a little aslant and with the noise of a scanner; ``searchable`` with the text behind them."""
    printed = pdfium.PdfDocument(pdf_from(source))
    made = printed if searchable else pdfium.PdfDocument.new()
    chance = random.Random(source.name)
    for number in range(len(printed)):
        sheet = printed[number]
        picture = _scanned(sheet.render(scale=_DPI / 72, grayscale=True).to_pil(), chance)
        width, height = sheet.get_size()
        if searchable:
            for each in list(sheet.get_objects(max_depth=1)):
                if each.type == c.FPDF_PAGEOBJ_TEXT:
                    c.FPDFTextObj_SetTextRenderMode(each.raw, c.FPDF_TEXTRENDERMODE_INVISIBLE)
                else:
                    sheet.remove_obj(each)
        page = sheet if searchable else made.new_page(width, height)
        image = pdfium.PdfImage.new(made)
        image.load_jpeg(BytesIO(picture), inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(width, height))
        page.insert_obj(image)
        page.gen_content()
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _scanned(page: Image.Image, chance: random.Random) -> bytes:
    """The page as a scanner sees it, as JPEG."""
    tilted = page.convert("L").rotate(chance.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=255)
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, 5, (tilted.height, tilted.width))
    grey = np.clip(np.asarray(tilted, dtype=np.float32) * 0.94 + 8 + noise, 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(grey).save(out, "JPEG", quality=40, dpi=(_DPI, _DPI))
    return out.getvalue()
