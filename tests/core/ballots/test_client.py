"""The voter's client in plain JavaScript against the same vectors, against the signer, and against the codes in Python.

Run by node with the hashes of its platform and, as on plain http, without them; and in Chromium on an https and an http
page. Where node or Chromium is missing the tests are skipped and counted.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core.ballots import (
    Log,
    Variant,
    Verifier,
    blind,
    blind_sign,
    code_hash,
    fingerprint,
    grouped,
    make_codes,
    parse_code,
    prepare,
    public_pem,
    take_token,
    token_hash,
)
from xiaoneng.core.errors import CodeError

HERE = Path(__file__).parent
CLIENT = HERE.parents[2] / "src/xiaoneng/web/ballotbox/static/ballotbox/blind.js"
VECTORS: dict[str, Any] = json.loads((HERE / "rfc9474.json").read_text(encoding="utf-8"))

Ask = Callable[[dict[str, Any]], Any]


@pytest.fixture(params=["https", "http"])
def node(request: pytest.FixtureRequest) -> Ask:
    """The client run by node, with and without the hashes of the platform."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("missing here: node")  # Chromium runs the same client below; .ci/run installs both

    def ask(asked: dict[str, Any]) -> Any:
        # node needs the ending .mjs, or a package.json beside the file, to read it as a module
        command = [found, str(HERE / "client.mjs"), as_module(), request.param]
        ran = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return ask


def as_module() -> str:
    """The client as an address that node imports as a module, whatever its ending."""
    from base64 import b64encode

    return "data:text/javascript;base64," + b64encode(CLIENT.read_bytes()).decode()


@pytest.fixture(scope="module")
def rfc() -> dict[str, Any]:
    """The request that runs the four vectors: with the blind signatures, which no client could make."""
    p, q, e = (int(VECTORS[name], 16) for name in "pqe")
    n, d = p * q, pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, n))
    key = numbers.private_key()
    r = pow(int(VECTORS["inv"], 16), -1, n).to_bytes(512)
    asked = {"pem": public_pem(key.public_key()).decode(), "msg": VECTORS["msg"], "r": r.hex(), "vectors": []}
    for vector in VECTORS["vectors"]:
        drawn = {32: bytes.fromhex(vector["msg_prefix"]), 48: bytes.fromhex(vector["salt"]), 512: r}
        variant = Variant(vector["name"])
        prepared = prepare(bytes.fromhex(VECTORS["msg"]), variant, drawn.__getitem__)
        blinded = blind(key.public_key(), prepared, variant, drawn.__getitem__).blinded_msg
        signed = blind_sign(key, blinded, random.Random(1).randbytes)
        asked["vectors"].append({**vector, "blind_sig": signed.hex()})
    return asked


def assert_vectors(answers: list[dict[str, Any]]) -> None:
    assert len(answers) == 4
    for vector, answer in zip(VECTORS["vectors"], answers, strict=True):
        assert answer["blinded"].startswith(vector.get("blinded_msg_starts", ""))
        assert answer["inverse"] == VECTORS["inv"]
        assert answer["signature"].startswith(vector["sig_starts"])
        told = hashlib.sha256(bytes.fromhex(answer["signature"])).hexdigest()
        assert told.startswith(vector["sig_sha256_starts"])
        assert (answer["holds"], answer["holds_otherwise"]) == (True, False)


def test_the_client_gives_the_bytes_of_each_vector(node: Ask, rfc: dict[str, Any]) -> None:
    """RFC 9474, Appendix A.1 to A.4."""
    assert_vectors(node(rfc))


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_browser_gives_the_bytes_of_each_vector(browser: Any, scheme: str, rfc: dict[str, Any]) -> None:
    """On a plain http page Chromium offers no hashes: the client's own are used."""
    served = {"/": ("<!doctype html>", "text/html")}
    for path in (CLIENT, HERE / "client.mjs"):
        served["/" + path.name] = (path.read_text(encoding="utf-8"), "text/javascript")
    context = browser.new_context()
    page = context.new_page()

    def answer(route: Any) -> None:
        body, kind = served["/" + route.request.url.rpartition("/")[2]]
        route.fulfill(body=body, content_type=kind)

    page.route("**/*", answer)
    page.goto(f"{scheme}://booth.example/")
    assert page.evaluate("crypto.subtle === undefined") == (scheme == "http")
    script = """async (ask) => (await import("/client.mjs")).handle(await import("/blind.js"), ask)"""
    assert_vectors(page.evaluate(script, rfc))
    context.close()


def test_a_token_blinded_by_the_client_is_signed_and_taken(
    node: Ask, key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    """Client and signer: blinded in JavaScript, signed in Python, unblinded in JavaScript, taken in Python."""
    asked = {"pem": public_pem(key.public_key()).decode(), "round": "2026-1", "stratum": "企业代表"}
    made = node({**asked, "blind": True})
    assert made["fingerprint"] == fingerprint(key.public_key())
    signed = blind_sign(key, bytes.fromhex(made["blinded"]), random_bytes)
    known = {**asked, "prepared": made["prepared"], "inverse": made["inverse"]}
    finished = node({**known, "finalize": True, "signed": signed.hex()})
    prepared, sig = bytes.fromhex(made["prepared"]), bytes.fromhex(finished["signature"])
    taken = take_token(prepared, sig, round="2026-1", verifiers={"企业代表": Verifier(key.public_key())})
    assert taken == ("企业代表", token_hash("2026-1", "企业代表", prepared))
    assert made["token"] == taken[1].hex()
    assert len(bytes.fromhex(made["receipt"])) == 16
    wrong = (int.from_bytes(signed) ^ 1).to_bytes(256)
    assert node({**known, "finalize": True, "signed": wrong.hex()}) == {"refused": "signature"}


def test_the_client_refuses_signatures_that_do_not_hold(
    node: Ask, key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    """Too short, above the modulus, of another message, one bit off."""
    public = key.public_key()
    blinded = blind(public, b"message", Variant.PSS_RANDOMIZED, random_bytes)
    n = public.public_numbers().n
    undo = int.from_bytes(blinded.inverse)
    sig = int.from_bytes(blind_sign(key, blinded.blinded_msg, random_bytes)) * undo % n
    told = [
        (sig.to_bytes(256), b"message"),
        (sig.to_bytes(256), b"massage"),
        ((sig ^ 1).to_bytes(256), b"message"),
        (sig.to_bytes(256)[1:], b"message"),
        (n.to_bytes(256), b"message"),
    ]
    asked = {"pem": public_pem(public).decode(), "verify": [[one.hex(), other.hex()] for one, other in told]}
    assert node(asked) == [True, False, False, False, False]


def test_client_and_python_read_the_same_codes(node: Ask) -> None:
    """Good ones typed in many ways, single errors, swaps, wrong lengths, strange signs."""
    chance = random.Random(11)
    typed: list[str] = ["", "0" * 16, "00U", "  -"]
    for code in make_codes(40, chance.randbytes):
        place = chance.randrange(16)
        typed += [code, grouped(code).lower(), code.replace("0", "o").replace("1", "l"), f" {code} "]
        typed.append("".join(chr(ord(sign) + 0xFEE0) for sign in code))
        typed.append(code[:place] + chance.choice("0123456789ABCDEFGHJK") + code[place + 1 :])
        typed.append(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    expected = []
    for text in typed:
        try:
            told = code_hash("r", "staff", text).hex()
        except CodeError as error:
            expected.append(error.said)
        else:
            expected.append((parse_code(text), told))
    answers = node({"codes": typed, "round": "r", "stratum": "staff"})
    assert [
        f"ballots_code_{one['refused']}" if "refused" in one else (one["code"], one["hash"]) for one in answers
    ] == expected
    assert {"ballots_code_check", "ballots_code_length", "ballots_code_sign"} <= {one for one in expected if isinstance(one, str)}  # fmt: skip


def test_the_clients_own_hashes_are_those_of_the_standard(node: Ask) -> None:
    """FIPS 180-4 by Python's library, at every length around the borders of a block."""
    chance = random.Random(3)
    asked = [(bits, chance.randbytes(length)) for bits in (256, 384) for length in (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 129, 300)]  # fmt: skip
    expected = [hashlib.new(f"sha{bits}", data).hexdigest() for bits, data in asked]
    assert node({"hashed": [(bits, data.hex()) for bits, data in asked]}) == expected


def test_the_client_finds_a_leaf_in_the_log_and_no_other(node: Ask) -> None:
    asked, expected = [], []
    for size in (1, 2, 3, 7, 8):
        leaves = [bytes([number]) * 32 for number in range(size)]
        log = Log(leaves)
        for index in range(size):
            path = [step.hex() for step in log.inclusion_path(index)]
            for claimed in range(size):
                asked.append((leaves[claimed].hex(), index, size, path, log.root.hex()))
                expected.append(claimed == index)
            asked.append((leaves[index].hex(), index, size, path[:-1], "00" * 32))
            expected.append(False)
    assert node({"log": asked}) == expected


def test_the_client_stays_small() -> None:
    """It is printed as a hash and read by auditors: one file, no import."""
    text = CLIENT.read_text(encoding="utf-8")
    assert len(text.encode()) < 10_000
    assert "import " not in text
