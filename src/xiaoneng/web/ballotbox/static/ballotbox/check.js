// Works a code into its line of the log on this device, fetches the way to the root, and checks it here.
const form = document.getElementById("check");
if (form) {
  const { codeHash, hex, isInLog, parseCode, unhex } = await import(form.dataset.blind);
  const field = document.getElementById("leaf"), answer = document.getElementById("answer");
  const words = {};
  for (const one of document.getElementById("answers").content.querySelectorAll("[data-w]")) words[one.dataset.w] = one.textContent;
  const say = (word) => {
    const told = document.createElement("p");
    told.className = word === "wrong_proof" ? "error" : "note";
    told.textContent = words[word];
    answer.replaceChildren(told);
  };
  const leavesOf = async (typed) => {
    if (/^[0-9a-f]{64}$/i.test(typed.trim())) return [typed.trim().toLowerCase()];
    const code = parseCode(typed);
    return Promise.all(form.dataset.strata.split(" ").filter(Boolean).map(async (stratum) => hex(await codeHash(form.dataset.round, stratum, code))));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let leaves;
    try { leaves = await leavesOf(field.value); } catch { return say("unreadable"); }
    for (const leaf of leaves) {
      const proof = await (await fetch(`../proof.json?leaf=${leaf}`, { credentials: "omit" })).json();
      if (!proof.is_in_log) continue;
      const holds = await isInLog(unhex(leaf), proof.index, proof.size, proof.path.map(unhex), unhex(proof.root));
      return say(holds ? "in_log" : "wrong_proof");
    }
    return say("not_in_log");
  });
}
