// Fetches a token: draws it, blinds it, has it signed, takes the blinding off, checks it. The registrar sees only the
// blinded message. That message stays in this tab until the page is cleared, so that a lost answer can be asked for again.

const room = document.getElementById("token");
const form = document.getElementById("fetch");
const field = document.getElementById("id_invitation");
const round = room.dataset.round;
const place = "token:" + round;
const { blind, finalize, fingerprint, hex, unhex, parseCode, prepare, readKey, codeHash, tokenMessage } = await import(room.dataset.blind);

const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const plain = (print) => print.replace(/\s/g, "");

function say(kind) {
  for (const one of room.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== kind && !(one.dataset.say === "again" && kind === "lost");
}

// The letter's QR code carries the code and the beginning of the key's fingerprint behind #, which is never sent
const [lettered, printed] = decodeURIComponent(location.hash.slice(1)).split(".");
if (lettered) {
  try {
    field.value = parseCode(lettered).match(/.{1,4}/g).join("-");
    history.replaceState(null, "", location.pathname);
  } catch { /* a place on the page, no code */ }
}

const refused = (kind) => Object.assign(new Error(kind), { kind });

async function ask(address, question) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify(question),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch { throw refused("lost"); }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  throw refused(told.refused || "lost");
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; }
}

async function fetchToken() {
  let code;
  try { code = parseCode(field.value); } catch { throw refused("code"); }
  const mark = hex(await codeHash(round, "", code));
  let mine = kept();
  if (mine && mine.mark !== mark) mine = null;
  const told = await ask(room.dataset.begin, { code });
  const key = readKey(told.key);
  const shown = plain(await fingerprint(key));
  const published = Array.from(document.querySelectorAll("code[data-stratum]")).find((one) => one.dataset.stratum === told.stratum);
  if (!published || plain(published.textContent) !== shown || (printed && !shown.startsWith(printed))) throw refused("key");
  if (mine && mine.shown !== shown) throw refused("key");
  if (!mine) {
    if (told.issued) throw refused("already_issued");
    const prepared = prepare(tokenMessage(round, told.stratum));
    const made = await blind(key, prepared);
    mine = { mark, shown, prepared: base64(prepared), blinded: base64(made.blinded), inverse: base64(made.inverse) };
    sessionStorage.setItem(place, JSON.stringify(mine)); // before it is sent: from now on it is this message or none
  }
  const { signature } = await ask(room.dataset.issue, { code, blinded: mine.blinded });
  const prepared = bytes(mine.prepared);
  let signed;
  try { signed = await finalize(key, prepared, bytes(signature), bytes(mine.inverse)); } catch { throw refused("signature"); }
  return base64(prepared) + "." + base64(signed);
}

async function show(token) {
  form.hidden = true;
  say("");
  const text = document.getElementById("text");
  text.value = token;
  const save = document.getElementById("save");
  save.href = URL.createObjectURL(new Blob([token + "\n"], { type: "text/plain" }));
  save.download = `token-${round}.txt`;
  const done = document.getElementById("done");
  done.hidden = false;
  document.getElementById("done-head").focus();
}

async function go() {
  const button = document.getElementById("go");
  if (button.disabled) return;
  button.disabled = true;
  say("working");
  try { await show(await fetchToken()); } catch (error) { say(error.kind || "broken"); } finally { button.disabled = false; }
}

form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
document.getElementById("again").addEventListener("click", go);
document.getElementById("copy").addEventListener("click", async () => {
  const text = document.getElementById("text");
  text.select();
  try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
  document.getElementById("copied").hidden = false;
});
document.getElementById("forget").addEventListener("click", () => {
  sessionStorage.removeItem(place);
  location.replace(location.pathname);
});
room.dataset.ready = "1";
