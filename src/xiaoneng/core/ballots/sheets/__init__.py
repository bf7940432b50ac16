"""Printed sheets (打印件): slips with codes, envelope labels, the signature roll, the public notice, as PDF."""

from .compose import Person, Printed, Sheet, code_sheet, envelope_labels, public_notice, signature_roll
from .qr import qr_png, qr_svg

__all__ = [
    "Person",
    "Printed",
    "Sheet",
    "code_sheet",
    "envelope_labels",
    "public_notice",
    "qr_png",
    "qr_svg",
    "signature_roll",
]
