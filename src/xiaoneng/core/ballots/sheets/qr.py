"""QR codes of ballot addresses."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str) -> str:
    """A QR code as SVG: one path, dark on nothing, with its quiet zone of four modules (ISO/IEC 18004)."""
    drawn = io.BytesIO()
    # The middle of the four levels of error correction: a fold or a stamp may cover a seventh
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return drawn.getvalue().decode()


def qr_png(address: str, scale: int = 8) -> bytes:
    """A QR code as PNG, each module `scale` pixels wide."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="png", border=4, scale=scale)
    return drawn.getvalue()
