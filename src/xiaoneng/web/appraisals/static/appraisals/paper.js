// The grid of a sheet by keyboard: a digit goes on by itself, Enter and the arrows move. The page works without it.
(function () {
  "use strict";
  const form = document.querySelector("[data-sheet]");
  if (!form) return;
  for (const hint of document.querySelectorAll(".with-keys")) hint.hidden = false;

  const rows = Array.from(form.querySelectorAll("tr[data-strata]"));
  const stratum = form.elements.stratum;
  const button = form.querySelector(".actions button");
  const inputs = (row) => Array.from(row.querySelectorAll("input[data-keys]"));

  // Rows that the chosen raters are not asked about are passed over
  function mark() {
    for (const row of rows) {
      const isAsked = row.dataset.strata.split(" ").includes(stratum.value);
      row.classList.toggle("not-asked", !isAsked);
      for (const input of inputs(row)) input.tabIndex = isAsked ? 0 : -1;
    }
  }
  stratum.addEventListener("change", mark);
  mark();

  // The digits in the order in which they are read: row by row, then what is asked once a ballot
  const places = () => Array.from(form.querySelectorAll("input[data-keys]")).filter((one) => one.tabIndex !== -1);
  // All that Enter walks through, from the number of the sheet to the button
  const stations = () => [form.elements.sheet, stratum, form.elements.way, ...places(), form.elements.remark, button].filter(Boolean);

  function go(to) {
    if (!to) return;
    to.focus();
    if (to.select) to.select();
  }
  const next = (from, by) => { const all = stations(); return all[all.indexOf(from) + by]; };

  function above(input, by) {
    const row = input.closest("tr");
    if (!row) return next(input, by);
    const column = inputs(row).indexOf(input);
    const asked = rows.filter((one) => !one.classList.contains("not-asked"));
    const other = asked[asked.indexOf(row) + by];
    if (other) return inputs(other)[column];
    return by > 0 ? next(inputs(row).at(-1), 1) : form.elements.way;
  }

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = event.target;
    const isPlace = here.matches("input[data-keys]");
    let to;
    if (event.key === "Enter" && here !== button && here.tagName !== "TEXTAREA") to = next(here, event.shiftKey ? -1 : 1);
    else if (!isPlace) return;
    else if (event.key === "ArrowRight") to = next(here, 1);
    else if (event.key === "ArrowLeft") to = next(here, -1);
    else if (event.key === "ArrowDown") to = above(here, 1);
    else if (event.key === "ArrowUp") to = above(here, -1);
    else if (event.key === "Backspace" && !here.value) to = next(here, -1);
    else if (event.key.length === 1) { here.select(); return; }  // a digit replaces the one that stands there
    else return;
    event.preventDefault();
    go(to);
  });

  // One digit is an answer: full-width digits are taken as they are meant, another sign stays and is marked
  form.addEventListener("input", (event) => {
    const here = event.target;
    if (!here.matches("input[data-keys]") || event.isComposing) return;
    here.value = here.value.normalize("NFKC").trim();
    const isRight = !here.value || (here.value.length === 1 && here.dataset.keys.includes(here.value));
    here.setAttribute("aria-invalid", String(!isRight));
    here.closest("td, .field").classList.toggle("wrong", !isRight);
    if (here.value) go(isRight ? next(here, 1) : here);  // a wrong sign is selected: the next key replaces it
  });
})();
