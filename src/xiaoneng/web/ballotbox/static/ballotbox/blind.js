// The voter's half of a secret ballot: blind signatures (RFC 9474), ballot codes, receipts, the public log (RFC 6962).
// One file, no dependencies. Works over plain http too, where a browser offers chance but no hashes. Bytes are Uint8Array.

export const VARIANT = "RSABSSA-SHA384-PSS-Randomized";
const saltBytes = (variant) => (variant.includes("ZERO") ? 0 : 48);
const prefixBytes = (variant) => (variant.endsWith("Randomized") ? 32 : 0);
const refuse = (kind, facts) => { throw Object.assign(new Error(kind), { kind, ...facts }); };

// --- bytes

export const text = (string) => new TextEncoder().encode(string);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (string) => Uint8Array.from(string.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);
const number = (bytes) => BigInt("0x" + (hex(bytes) || "0"));
const bytesOf = (value, length) => unhex(value.toString(16).padStart(2 * length, "0"));
const four = (value) => bytesOf(BigInt(value), 4);

// --- hashes: the browser's own where it has them, else FIPS 180-4 written out, its constants worked out from primes

const primes = [];
for (let value = 2; primes.length < 80; value++) if (primes.every((prime) => value % prime)) primes.push(value);

function fraction(prime, power) { // first 64 bits behind the point of a square or cube root
  let [low, high] = [0n, 1n << 72n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= BigInt(prime) << (64n * power)) low = middle; else high = middle;
  }
  return low & ((1n << 64n) - 1n);
}

export function sha2(bits, data) {
  const [size, rounds, turns] = bits === 256
    ? [32n, 64, [2, 13, 22, 6, 11, 25, 7, 18, 3, 17, 19, 10]]
    : [64n, 80, [28, 34, 39, 14, 18, 41, 1, 8, 7, 19, 61, 6]];
  const [width, block, mask] = [Number(size) / 8, Number(size) * 2, (1n << size) - 1n];
  const turn = (x, by) => (x >> BigInt(by)) | ((x << (size - BigInt(by))) & mask);
  const mixed = (x, at, last) => turn(x, turns[at]) ^ turn(x, turns[at + 1]) ^ last(x, turns[at + 2]);
  const shift = (x, by) => x >> BigInt(by);
  const keys = primes.slice(0, rounds).map((prime) => fraction(prime, 3n) >> (64n - size));
  let state = primes.slice(bits === 256 ? 0 : 8, bits === 256 ? 8 : 16).map((prime) => fraction(prime, 2n) >> (64n - size));
  const zeros = new Uint8Array((2 * block - 1 - 2 * width - (data.length % block)) % block);
  const padded = join(data, [128], zeros, bytesOf(BigInt(data.length) * 8n, 2 * width));
  for (let start = 0; start < padded.length; start += block) {
    const w = [];
    for (let t = 0; t < rounds; t++) {
      w[t] = t < 16
        ? number(padded.slice(start + t * width, start + (t + 1) * width))
        : (mixed(w[t - 2], 9, shift) + w[t - 7] + mixed(w[t - 15], 6, shift) + w[t - 16]) & mask;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < rounds; t++) {
      const one = h + mixed(e, 3, turn) + ((e & f) ^ (~e & g & mask)) + keys[t] + w[t];
      const two = mixed(a, 0, turn) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(one + two) & mask, a, b, c, (d + one) & mask, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((value, place) => (value + state[place]) & mask);
  }
  return join(...state.map((value) => bytesOf(value, width))).slice(0, bits / 8);
}

async function hash(bits, ...parts) {
  const subtle = globalThis.crypto.subtle; // undefined on plain http
  return subtle ? new Uint8Array(await subtle.digest("SHA-" + bits, join(...parts))) : sha2(bits, join(...parts));
}

// --- RSA

function power(base, exponent, modulus) {
  let result = 1n;
  for (base %= modulus; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

function inverse(value, modulus) { // undefined where there is none
  let [r, next, s, after] = [modulus, value % modulus, 0n, 1n];
  while (next) [r, next, s, after] = [next, r % next, after, s - (r / next) * after];
  return r === 1n ? (s + modulus) % modulus : undefined;
}

export function readKey(pem) { // SubjectPublicKeyInfo: two numbers behind the bit string
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, "")), (sign) => sign.charCodeAt(0));
  let at = 0;
  const enter = () => { // past the head of the next part, to its length
    const first = der[at + 1];
    const more = first > 127 ? first - 128 : 0;
    at += 2 + more;
    return more ? Number(number(der.slice(at - more, at))) : first;
  };
  const integer = () => { const length = enter(); return number(der.slice(at, (at += length))); };
  enter(); // the whole
  const kind = enter(); // RSA; `at` moves within, so that one line would add to its old value
  at += kind;
  enter(); at++; // bit string, no spare bits
  enter();
  const [n, e] = [integer(), integer()];
  const bits = n.toString(2).length;
  return { n, e, bits, length: Math.ceil(bits / 8), der };
}

export async function fingerprint(key) {
  return hex(await hash(256, key.der)).match(/.{4}/g).join(" ");
}

async function mask(seed, length) { // MGF1, RFC 8017, B.2.1
  let made = new Uint8Array();
  for (let count = 0; made.length < length; count++) made = join(made, await hash(384, seed, four(count)));
  return made.slice(0, length);
}

async function encode(message, bits, salt) { // EMSA-PSS, RFC 8017, 9.1.1
  const length = Math.ceil(bits / 8);
  const hashed = await hash(384, new Uint8Array(8), await hash(384, message), salt);
  const block = join(new Uint8Array(length - salt.length - 50), [1], salt);
  const made = (await mask(hashed, block.length)).map((byte, place) => byte ^ block[place]);
  made[0] &= 255 >> (8 * length - bits);
  return join(made, hashed, [188]);
}

export function prepare(message, variant = VARIANT, chance = random) {
  return join(chance(prefixBytes(variant)), message);
}

export async function blind(key, prepared, variant = VARIANT, chance = random) {
  const m = number(await encode(prepared, key.bits - 1, chance(saltBytes(variant))));
  for (;;) {
    const r = number(chance(key.length)) >> BigInt(8 * key.length - key.bits);
    const undo = r < key.n ? inverse(r, key.n) : undefined;
    if (undo === undefined) continue;
    const blinded = (m * power(r, key.e, key.n)) % key.n;
    return { blinded: bytesOf(blinded, key.length), inverse: bytesOf(undo, key.length) };
  }
}

export async function finalize(key, prepared, blindSignature, undo, variant = VARIANT) {
  const signature = bytesOf((number(blindSignature) * number(undo)) % key.n, key.length);
  return (await verify(key, signature, prepared, variant)) ? signature : refuse("signature");
}

export async function verify(key, signature, prepared, variant = VARIANT) {
  const s = number(signature);
  if (signature.length !== key.length || s >= key.n) return false;
  const [bits, salt] = [key.bits - 1, saltBytes(variant)];
  const length = Math.ceil(bits / 8);
  const m = power(s, key.e, key.n);
  if (m >> BigInt(8 * length)) return false;
  const encoded = bytesOf(m, length);
  const [front, hashed] = [encoded.slice(0, -49), encoded.slice(-49, -1)];
  const block = (await mask(hashed, front.length)).map((byte, place) => byte ^ front[place]);
  block[0] &= 255 >> (8 * length - bits);
  return same(await encode(prepared, bits, block.slice(block.length - salt)), encoded);
}

// --- tokens, receipts, codes; as in core/ballots/tokens.py, sealing.py and codes.py

const framed = (...parts) => join(...parts.flatMap((part) => [four(part.length), part]));
const tagged = (tag, ...parts) => hash(256, framed(text("xiaoneng/ballots/1/" + tag), ...parts));

export const tokenMessage = (round, stratum, chance = random) => join(text(`${round}|${stratum}|`), chance(32));
export const tokenHash = (round, stratum, prepared) => tagged("token", text(round), text(stratum), prepared);
export const codeHash = (round, stratum, code) => tagged("code", text(round), text(stratum), text(parseCode(code)));
export const receipt = () => random(16);

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function parseCode(typed) { // refuses with kind "sign" (and place), "length" (and count) or "check"
  const code = typed.normalize("NFKC").replace(/[\s\-\u2010-\u2014\u2212]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = Array.from(code, (sign, place) => {
    const value = ALPHABET.indexOf(sign);
    return value < 0 ? refuse("sign", { sign, place: place + 1 }) : value;
  });
  if (values.length !== 17) refuse("length", { count: values.length });
  const total = values.slice(0, 16).reduce((sum, value) => ((sum + value) * 2) % 37, 0); // ISO 7064, MOD 37-2
  return (total + values[16]) % 37 === 1 ? code : refuse("check");
}

export async function isInLog(leaf, index, size, path, root) { // RFC 9162, 2.1.3.2
  if (index < 0 || index >= size) return false;
  let [last, hashed] = [size - 1, await hash(256, [0], leaf)];
  for (const step of path) {
    if (!last) return false;
    const isRight = index & 1 || index === last;
    hashed = await hash(256, [1], isRight ? step : hashed, isRight ? hashed : step);
    if (isRight) while (index && !(index & 1)) [index, last] = [index >> 1, last >> 1];
    [index, last] = [index >> 1, last >> 1];
  }
  return !last && same(hashed, root);
}
