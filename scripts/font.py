"""Make the packaged Chinese font anew: the simplified face of Debian's fonts-noto-cjk, cut to GB 2312 and Latin.

Needs `apt install fonts-noto-cjk`; the same source font gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).resolve().parents[1] / "src" / "xiaoneng" / "fonts"
FACE = "Noto Sans CJK SC"
MORE = "−≤≥≈≠±×÷·•…–—‘’“”€£¥㎡㎞℃①②③④⑤⑥⑦⑧⑨⑩←↑→↓■□▲△▼▽◆◇○●★☆✓✗〇﹢"


def wanted() -> set[int]:
    """Every character of GB 2312, Latin-1 and some signs."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | {ord(sign) for sign in MORE}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def main() -> int:
    for weight in ("Regular", "Bold"):
        collection = TTCollection(SOURCE / f"NotoSansCJK-{weight}.ttc", recalcTimestamp=False)
        font = next(
            face for face in collection if face["name"].getDebugName(16) == FACE or face["name"].getDebugName(1) == FACE
        )
        options = Options()
        options.layout_features = ["kern", "palt", "tnum"]
        options.name_IDs = ["*"]
        options.name_languages = ["*"]
        options.hinting = False
        options.notdef_outline = True
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=wanted())
        subsetter.subset(font)
        path = TARGET / f"NotoSansCJKsc-{weight}.otf"
        font.save(path)
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {len(font.getGlyphOrder())} glyphs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
