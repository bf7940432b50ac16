// The voter's page: takes a code or a token, asks one appraisee at a time, shows everything once more, casts, and repeats the
// same ballot under the same receipt until the box has acknowledged it. All of it stays in this tab; the die is never sent.
(function () {
  "use strict";
  var ROUND = decodeURIComponent(location.pathname.split("/")[2]);
  var HERE = location.pathname;
  var LANG = document.documentElement.lang === "en" ? "en" : "zh";
  var IS_KIOSK = new URLSearchParams(location.search).get("kiosk") === "1";
  var KEPT = "ballot:" + ROUND;
  var LEVELS = [5, 4, 3, 2, 1, "no_contact"];
  var WHOLE = "_"; // stands for the whole ballot
  var KIOSK_CLEARS_AFTER = 12, KIOSK_IDLE = 180; // seconds
  var SEARCH_FROM = 8; // appraisees
  var round = null, at = 0, timer = null, idle = null;
  var ballot = fresh();

  function fresh() { return { code: "", token: "", stratum: "", answers: {}, remark: "", receipt: "", sent: "", screen: "start" }; }
  function el(id) { return document.getElementById(id); }
  var words = {};
  Array.prototype.forEach.call(el("words").content.querySelectorAll("[data-w]"), function (one) { words[one.dataset.w] = one.textContent; });
  function say(key, facts) {
    return Object.keys(facts || {}).reduce(function (text, name) { return text.split("{" + name + "}").join(facts[name]); }, words[key] || key);
  }
  function make(kind, text, className) {
    var one = document.createElement(kind);
    if (text !== undefined) one.textContent = text;
    if (className) one.className = className;
    return one;
  }
  function named(one) { return one.title[LANG] || one.title.zh; }
  function keep() {
    try {
      if (ballot.code || ballot.token) sessionStorage.setItem(KEPT, JSON.stringify(ballot)); else sessionStorage.removeItem(KEPT);
    } catch (e) { /* private window: memory only */ }
  }
  function forget() { ballot = fresh(); at = 0; try { sessionStorage.removeItem(KEPT); } catch (e) { /* nothing was kept */ } }
  function hex(bytes) { return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join(""); }
  function chance(n) { return crypto.getRandomValues(new Uint8Array(n)); }

  // --- code and token

  var SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  function parseCode(typed) { // as core/ballots/codes.py: ISO 7064 MOD 37-2 over Crockford's values
    var code = typed.normalize("NFKC").replace(/[\s\-\u2010-\u2014\u2212]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
    var total = 0;
    for (var i = 0; i < code.length; i++) {
      var value = SIGNS.indexOf(code[i]);
      if (value < 0) throw say("code_sign", { place: i + 1, sign: code[i] });
      total = i < 16 ? ((total + value) * 2) % 37 : total + value;
    }
    if (code.length !== 17) throw say("code_length", { count: code.length });
    if (total % 37 !== 1) throw say("code_check");
    return code;
  }
  function parseToken(typed) { // two parts of base64 with a point between; inside: 32 random bytes, round|stratum|32 random bytes
    var parts = typed.replace(/\s/g, "").split(".");
    if (parts.length !== 2 || !parts[1]) throw say("token_form");
    var text;
    try { text = atob(parts[0].replace(/-/g, "+").replace(/_/g, "/")); } catch (e) { throw say("token_form"); }
    var head = text.slice(32, -32);
    try { head = decodeURIComponent(escape(head)); } catch (e) { throw say("token_form"); }
    var named = head.split("|");
    if (named.length !== 3) throw say("token_form");
    if (named[0] !== ROUND) throw say("token_round", { round: named[0] });
    return { token: parts[0], signature: parts[1], stratum: named[1] };
  }

  // --- screens

  function show(name, focused) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-screen]"), function (one) { one.hidden = one.dataset.screen !== name; });
    ballot.screen = name;
    if (name !== "done") keep();
    var head = document.querySelector('[data-screen="' + name + '"] h1, [data-screen="' + name + '"] h2');
    if (head && focused !== false) { head.focus(); window.scrollTo(0, 0); }
  }
  function complain(id, text) { el(id).textContent = text; el(id).hidden = !text; }

  function stratum() { return round.strata.filter(function (one) { return one.code === ballot.stratum; })[0]; }
  function mine() {
    var allowed = stratum() ? stratum().appraisees : [];
    return round.appraisees.filter(function (one) { return !allowed.length || allowed.indexOf(one.code) >= 0; });
  }
  function scales() { return round.questions.filter(function (one) { return one.kind === "scale"; }); }
  function dice() { return round.questions.filter(function (one) { return one.kind === "forced_response"; }); }
  function isRated(code) { return !!ballot.answers[code] && Object.keys(ballot.answers[code]).length > 0; }
  function rated() { return mine().filter(function (one) { return isRated(one.code); }); }

  function choices(box, name, group, options, chosen, onChoice) {
    var set = make("fieldset"), legend = make("legend", name);
    set.appendChild(legend);
    options.forEach(function (option, place) {
      var label = make("label", undefined, "choice" + (option.apart ? " apart" : "")), input = make("input");
      input.type = "radio"; input.name = group; input.value = option.value; input.checked = chosen === option.value;
      if (input.checked) label.classList.add("chosen");
      input.addEventListener("change", function () {
        Array.prototype.forEach.call(set.querySelectorAll(".choice"), function (one) { one.classList.remove("chosen"); });
        label.classList.add("chosen");
        onChoice(option.value);
      });
      label.appendChild(input); label.appendChild(make("span", option.text));
      set.appendChild(label);
      if (place === 0) input.id = group;
    });
    box.appendChild(set);
  }
  function put(appraisee, question, value) {
    if (!ballot.answers[appraisee]) ballot.answers[appraisee] = {};
    ballot.answers[appraisee][question] = value;
    keep();
  }

  function showList(focused) {
    var list = el("list"), wanted = el("search").value.trim().toLowerCase(), all = mine();
    el("search-field").hidden = all.length < SEARCH_FROM;
    list.textContent = "";
    all.forEach(function (one, place) {
      if (wanted && (one.title.zh + " " + one.title.en + " " + one.code).toLowerCase().indexOf(wanted) < 0) return;
      var row = make("li", undefined, isRated(one.code) ? "done" : ""), button = make("button");
      button.type = "button";
      button.appendChild(make("span", named(one)));
      button.appendChild(make("span", isRated(one.code) ? say("rated") : say("not_rated")));
      button.addEventListener("click", function () { showOne(place); });
      row.appendChild(button); list.appendChild(row);
    });
    el("nobody").hidden = list.children.length > 0;
    el("progress").max = round.most_rated ? Math.min(round.most_rated, all.length) : all.length;
    el("progress").value = rated().length;
    el("progress-text").textContent = say("progress", { done: rated().length, all: all.length });
    el("most").textContent = round.most_rated ? say("most", { most: round.most_rated }) : "";
    el("most").hidden = !round.most_rated;
    show("list", focused);
  }
  function showOne(place) {
    var all = mine(), one = all[place];
    if (round.most_rated && !isRated(one.code) && rated().length >= round.most_rated) { el("most").hidden = false; el("most").focus(); return; }
    at = place;
    var box = el("questions");
    box.textContent = "";
    el("one-name").textContent = named(one);
    el("one-place").textContent = say("place", { place: place + 1, all: all.length });
    scales().forEach(function (question) {
      var options = LEVELS.map(function (level) { return { value: level, text: say("level_" + level), apart: level === "no_contact" }; });
      choices(box, named(question), "q-" + question.code, options, (ballot.answers[one.code] || {})[question.code], function (value) { put(one.code, question.code, value); });
    });
    el("clear-one").hidden = false;
    el("next").textContent = place + 1 < all.length ? say("next") : say("go_on");
    show("one");
  }
  function afterRating() {
    if (dice().length) showDie(); else if (round.asks_remarks) show("remark"); else showReview();
  }
  function showDie() {
    var box = el("die-questions");
    box.textContent = "";
    el("die-shown").textContent = "";
    dice().forEach(function (question) {
      var options = [{ value: "yes", text: say("yes") }, { value: "no", text: say("no") }];
      choices(box, named(question), "d-" + question.code, options, (ballot.answers[WHOLE] || {})[question.code], function (value) { put(WHOLE, question.code, value); });
    });
    show("die");
  }
  function roll() { // never kept, never sent
    var byte;
    do { byte = chance(1)[0]; } while (byte >= 252);
    var face = byte % 6 + 1;
    el("die-shown").textContent = say(face === 1 ? "die_yes" : face === 6 ? "die_no" : "die_truth", { face: face });
  }
  function showReview() {
    var box = el("review");
    box.textContent = "";
    function part(title, rows, change) {
      box.appendChild(make("h3", title));
      var list = make("dl", undefined, "review");
      rows.forEach(function (row) {
        var line = make("div");
        line.appendChild(make("dt", row[0])); line.appendChild(make("dd", row[1]));
        list.appendChild(line);
      });
      box.appendChild(list);
      var button = make("button", say("change"), "link");
      button.type = "button";
      button.setAttribute("aria-label", say("change") + " " + title);
      button.addEventListener("click", change);
      box.appendChild(button);
    }
    mine().forEach(function (one, place) {
      if (!isRated(one.code)) return;
      part(named(one), scales().filter(function (q) { return ballot.answers[one.code][q.code] !== undefined; }).map(function (q) {
        return [named(q), say("level_" + ballot.answers[one.code][q.code])];
      }), function () { showOne(place); });
    });
    var answered = dice().filter(function (q) { return (ballot.answers[WHOLE] || {})[q.code]; });
    if (answered.length) part(say("die_part"), answered.map(function (q) { return [named(q), say(ballot.answers[WHOLE][q.code])]; }), showDie);
    if (ballot.remark.trim()) part(say("remark_part"), [[say("remark_part"), ballot.remark]], function () { show("remark"); });
    var left = mine().length - rated().length, isEmpty = !Object.keys(ballot.answers).some(isRated);
    el("left").textContent = left ? say("left", { left: left }) : "";
    complain("review-error", isEmpty ? say("empty") : "");
    el("cast").disabled = isEmpty;
    show("review");
  }

  // --- casting

  function content() {
    var told = { answers: {}, remark: round.asks_remarks ? ballot.remark.trim() : "" };
    Object.keys(ballot.answers).forEach(function (one) { if (isRated(one)) told.answers[one] = ballot.answers[one]; });
    if (ballot.code) told.code = ballot.code;
    if (ballot.token) { var parts = ballot.token.split("."); told.token = parts[0]; told.signature = parts[1]; }
    return told;
  }
  function castBallot() {
    var told = content(), text = JSON.stringify(told);
    if (ballot.sent !== text) { ballot.sent = text; ballot.receipt = hex(chance(16)); } // a changed ballot is a new one
    told.receipt = ballot.receipt;
    complain("sending-error", "");
    el("sending-text").textContent = say("sending");
    show("sending");
    send(JSON.stringify(told), 0);
  }
  function send(body, tries) {
    clearTimeout(timer);
    ask("cast", body, 20000).then(function (told) {
      done(told);
    }, function (refused) {
      if (refused.final) {
        complain("sending-error", refused.message);
        el("sending-text").textContent = "";
        el("back").hidden = false;
        return;
      }
      var wait = Math.min(60, Math.pow(2, Math.min(tries, 6))) * (0.75 + chance(1)[0] / 512); // seconds, not all at once
      el("sending-text").textContent = say("again", { seconds: Math.ceil(wait), tries: tries + 1 });
      timer = setTimeout(function () { send(body, tries + 1); }, wait * 1000);
    });
  }
  function ask(path, body, within) { // refused.final: asking again would not help
    var control = typeof AbortController === "undefined" ? null : new AbortController();
    var watch = control && setTimeout(function () { control.abort(); }, within);
    var options = { method: "POST", headers: { "Content-Type": "application/json" }, body: body, credentials: "omit", cache: "no-store" };
    if (control) options.signal = control.signal;
    return fetch(HERE + path + "?lang=" + LANG, options).then(function (answer) {
      clearTimeout(watch);
      return answer.json().catch(function () { return {}; }).then(function (told) {
        if (answer.ok) return told;
        throw { final: answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429, message: told.message || say("refused") };
      });
    }, function () { clearTimeout(watch); throw { final: false, message: say("no_network") }; });
  }
  function done(told) {
    clearTimeout(timer);
    el("done-leaf").textContent = told.token_hash;
    el("done-receipt").textContent = told.receipt;
    el("done-signature").textContent = told.acknowledgement;
    var save = el("save");
    try {
      save.href = URL.createObjectURL(new Blob([JSON.stringify(told) + "\n"], { type: "application/json" }));
      save.download = "receipt-" + ROUND + ".json";
    } catch (e) { save.hidden = true; }
    el("save").hidden = el("vote-again").hidden = IS_KIOSK;
    el("kiosk-note").hidden = !IS_KIOSK;
    var held = IS_KIOSK ? {} : { code: ballot.code, token: ballot.token, stratum: ballot.stratum };
    forget();
    el("vote-again").onclick = function () { ballot = Object.assign(fresh(), held); el("remark").value = ""; showList(); };
    show("done");
    if (IS_KIOSK) countDown(KIOSK_CLEARS_AFTER);
  }
  function countDown(left) {
    el("kiosk-left").textContent = say("kiosk_left", { seconds: left });
    if (left <= 0) return restart();
    timer = setTimeout(function () { countDown(left - 1); }, 1000);
  }
  function restart() { // everything typed is gone, also from the page itself
    clearTimeout(timer);
    forget();
    location.replace(HERE + location.search);
  }
  function stillThere() {
    if (!IS_KIOSK) return;
    clearTimeout(idle);
    idle = setTimeout(function () { if (ballot.screen !== "sending" && ballot.screen !== "start") restart(); }, KIOSK_IDLE * 1000);
  }

  // --- the start

  function begin(event) {
    event.preventDefault();
    complain("start-error", "");
    var typed = el("code").value, token = el("token").value;
    try {
      if (typed.trim()) {
        try { ballot.code = parseCode(typed); ballot.token = ""; } catch (error) { checkCode(); return el("code").focus(); }
        return known();
      }
      if (token.trim()) {
        var read = parseToken(token);
        ballot.token = read.token + "." + read.signature; ballot.code = ""; ballot.stratum = read.stratum;
        return enter();
      }
      complain("start-error", say("nothing_given"));
    } catch (error) { complain("start-error", typeof error === "string" ? error : say("token_form")); }
    el("start-error").focus();
  }
  function known() {
    el("begin").disabled = true;
    ask("known", JSON.stringify({ code: ballot.code }), 15000).then(function (told) {
      ballot.stratum = told.stratum;
      enter();
    }, function (refused) {
      var onPaper = round.strata.filter(function (one) { return one.way === "paper"; });
      if (!refused.final && onPaper.length === 1) { ballot.stratum = onPaper[0].code; return enter(); }
      complain("start-error", refused.message);
      el("start-error").focus();
    }).then(function () { el("begin").disabled = false; });
  }
  function enter() {
    el("code").value = el("token").value = "";
    if (!stratum()) { complain("start-error", say("token_form")); return show("start", false); }
    showList();
  }
  function checkCode() { // the line keeps its height, so that nothing moves under a finger on its way to the button
    var typed = el("code").value, told = el("code-told");
    told.textContent = "";
    told.className = "told quiet";
    if (!typed.trim()) return;
    try { parseCode(typed); told.textContent = say("code_fine"); } catch (error) { told.textContent = String(error); told.className = "told error"; }
  }
  function readFile(event) {
    var file = event.target.files[0];
    if (!file) return;
    var reader = new FileReader();
    reader.onload = function () { el("token").value = String(reader.result).slice(0, 20000).trim(); };
    reader.readAsText(file);
  }
  function fill() {
    document.title = named(round) + " · " + document.title;
    el("round-title").textContent = named(round);
    el("county").textContent = round.county || el("county").textContent;
    el("days").textContent = say("days", { opens: round.opens_on, closes: round.closes_on });
    el("trial").hidden = !round.is_trial;
    el("keeps").textContent = round.bucket_hours ? say("keeps_bucket", { hours: round.bucket_hours }) : say("keeps_nothing");
    el("rules-hash").textContent = round.rules_hash;
    el("box-key").textContent = round.box_fingerprint;
    el("page-hash").textContent = round.page_hash;
    el("by-token").hidden = !round.strata.some(function (one) { return one.way === "token"; });
    el("by-code").hidden = !round.strata.some(function (one) { return one.way === "paper"; });
    ["check", "plain"].forEach(function (name) { if (el("to-" + name)) el("to-" + name).href = HERE + name + "/?lang=" + LANG; });
    el("remark").value = ballot.remark;
    if (round.state !== "open") {
      el("start-form").hidden = true;
      el("closed").textContent = say(round.state);
      el("closed").hidden = false;
      el("to-check").hidden = round.state !== "closed";
      return show("start", false);
    }
    el("start-form").hidden = false;
    if (location.hash.length > 1) {
      el("code").value = decodeURIComponent(location.hash.slice(1));
      history.replaceState(null, "", HERE + location.search);
      checkCode();
    }
    var last = ballot.screen;
    if (!ballot.stratum || !stratum()) return show("start", false);
    if (last === "sending" && ballot.sent) return castBallot(); // the answer got lost: the same ballot, the same receipt
    if (last === "review") return showReview();
    if (last === "die") return showDie();
    if (last === "remark") return show(last);
    showList(false);
  }
  function load(tries) {
    fetch(HERE + "round.json", { credentials: "omit", cache: "no-store" }).then(function (answer) {
      if (answer.status === 404) { el("loading").textContent = say("no_round"); return; }
      if (!answer.ok) throw new Error("status");
      return answer.json().then(function (told) { round = told; el("loading").hidden = true; fill(); });
    }).catch(function () {
      el("loading").textContent = say("no_network");
      setTimeout(function () { load(tries + 1); }, 1000 * Math.min(30, Math.pow(2, tries)));
    });
  }

  try { var kept = JSON.parse(sessionStorage.getItem(KEPT)); if (kept) ballot = Object.assign(fresh(), kept); } catch (e) { /* nothing kept */ }
  el("start-form").addEventListener("submit", begin);
  el("code").addEventListener("change", checkCode);
  el("code").addEventListener("input", function () { if (el("code-told").textContent) checkCode(); });
  el("token-file").addEventListener("change", readFile);
  el("search").addEventListener("input", function () { showList(false); });
  el("one-form").addEventListener("submit", function (event) { event.preventDefault(); if (at + 1 < mine().length) showOne(at + 1); else afterRating(); });
  el("to-list").addEventListener("click", function () { showList(); });
  el("clear-one").addEventListener("click", function () { delete ballot.answers[mine()[at].code]; showOne(at); });
  el("list-on").addEventListener("click", afterRating);
  el("die-roll").addEventListener("click", roll);
  el("die-on").addEventListener("click", function () { el("die-shown").textContent = ""; if (round.asks_remarks) show("remark"); else showReview(); });
  el("die-back").addEventListener("click", function () { showList(); });
  el("die-clear").addEventListener("click", function () { delete ballot.answers[WHOLE]; showDie(); });
  el("remark").addEventListener("input", function () { ballot.remark = el("remark").value; keep(); });
  el("remark-on").addEventListener("click", showReview);
  el("remark-back").addEventListener("click", function () { showList(); });
  el("cast").addEventListener("click", castBallot);
  el("review-back").addEventListener("click", function () { showList(); });
  el("back").addEventListener("click", function () { el("back").hidden = true; showReview(); });
  el("leave").addEventListener("click", restart);
  el("finish").addEventListener("click", restart);
  ["click", "input", "keydown", "touchstart"].forEach(function (name) { document.addEventListener(name, stillThere, { passive: true }); });
  window.addEventListener("online", function () { if (ballot.screen === "sending" && el("sending-error").hidden) castBallot(); });
  load(0);
})();
