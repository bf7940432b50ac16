// Runs the voter's client for the tests: a JSON request on the standard input, a JSON answer on the standard output.
// `handle` is the same for a browser, which imports the two files and calls it.
export async function handle(b, ask) {
  if (ask.vectors) return Promise.all(ask.vectors.map((vector) => run(b, ask, vector)));
  if (ask.blind) {
    const key = b.readKey(ask.pem);
    const prepared = b.prepare(b.tokenMessage(ask.round, ask.stratum));
    const { blinded, inverse } = await b.blind(key, prepared);
    return { fingerprint: await b.fingerprint(key), prepared: b.hex(prepared), blinded: b.hex(blinded), inverse: b.hex(inverse),
             token: b.hex(await b.tokenHash(ask.round, ask.stratum, prepared)), receipt: b.hex(b.receipt()) };
  }
  if (ask.finalize) {
    const [prepared, signed, inverse] = [ask.prepared, ask.signed, ask.inverse].map(b.unhex);
    try {
      return { signature: b.hex(await b.finalize(b.readKey(ask.pem), prepared, signed, inverse)) };
    } catch (error) {
      return { refused: error.kind };
    }
  }
  if (ask.verify) {
    const key = b.readKey(ask.pem);
    return Promise.all(ask.verify.map(([signature, prepared]) => b.verify(key, b.unhex(signature), b.unhex(prepared))));
  }
  if (ask.codes) {
    return Promise.all(ask.codes.map(async (typed) => {
      try {
        return { code: b.parseCode(typed), hash: b.hex(await b.codeHash(ask.round, ask.stratum, typed)) };
      } catch (error) {
        return { refused: error.kind, place: error.place, count: error.count };
      }
    }));
  }
  if (ask.log) {
    return Promise.all(ask.log.map(([leaf, index, size, path, root]) => b.isInLog(b.unhex(leaf), index, size, path.map(b.unhex), b.unhex(root))));
  }
  return ask.hashed.map(([bits, data]) => b.hex(b.sha2(bits, b.unhex(data))));
}

async function run(b, ask, vector) {
  const [key, variant] = [b.readKey(ask.pem), vector.name];
  const drawn = { 0: "", 32: vector.msg_prefix, 48: vector.salt, 512: ask.r };
  const chance = (length) => b.unhex(drawn[length]);
  const prepared = b.prepare(b.unhex(ask.msg), variant, chance);
  const { blinded, inverse } = await b.blind(key, prepared, variant, chance);
  const signature = await b.finalize(key, prepared, b.unhex(vector.blind_sig), inverse, variant);
  return { blinded: b.hex(blinded), inverse: b.hex(inverse), signature: b.hex(signature),
           holds: await b.verify(key, signature, prepared, variant),
           holds_otherwise: await b.verify(key, signature, b.join(prepared, [0]), variant) };
}

if (globalThis.process?.argv?.[2]) {
  if (process.argv[3] === "http") { // as on plain http: chance, but no hashes
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, "crypto", { value: { getRandomValues: (array) => crypto.getRandomValues(array) } });
  }
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const answer = await handle(await import(process.argv[2]), JSON.parse(Buffer.concat(chunks).toString()));
  process.stdout.write(JSON.stringify(answer));
}
