// Small helps; every page works without them.
(function () {
  "use strict";
  const chinese = document.documentElement.lang.startsWith("zh");

  // A day typed or picked is named: 2026年3月4日 星期三
  function nameDay(input, line) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(input.value);
    if (!parts) { line.textContent = ""; return; }
    const day = new Date(Date.UTC(+parts[1], +parts[2] - 1, +parts[3]));
    line.textContent = new Intl.DateTimeFormat(chinese ? "zh-CN" : "en-GB",
      { timeZone: "UTC", weekday: "long", year: "numeric", month: "long", day: "numeric" }).format(day);
  }
  for (const line of document.querySelectorAll("[data-names]")) {
    const input = document.getElementById(line.dataset.names);
    if (!input) continue;
    input.addEventListener("input", () => nameDay(input, line));
    nameDay(input, line);
  }

  // A strip of days tells the day under the pointer or the finger
  for (const strip of document.querySelectorAll("[data-strip]")) {
    const line = strip.querySelector(".strip-tell");
    const tell = (event) => {
      const day = event.target.closest("[data-tell]");
      if (day) line.textContent = day.dataset.tell;
    };
    strip.addEventListener("pointerover", tell);
    strip.addEventListener("click", tell);
  }

  // Rows of a form that can be repeated
  for (const more of document.querySelectorAll("[data-more]")) {
    const rows = Array.from(document.querySelectorAll(more.dataset.more));
    const step = () => {
      const next = rows.find((row) => row.hidden);
      if (next) { next.hidden = false; const first = next.querySelector("input, select"); if (first) first.focus(); }
      more.hidden = !rows.some((row) => row.hidden);
    };
    let filled = 0;
    rows.forEach((row, at) => { if (Array.from(row.querySelectorAll("input")).some((one) => one.value)) filled = at + 1; });
    rows.forEach((row, at) => { row.hidden = at >= Math.max(filled, +(more.dataset.shown || 0)); });
    more.hidden = !rows.some((row) => row.hidden);
    more.addEventListener("click", step);
  }

  // Choices that show more fields: <select data-shows> and <div data-shown-for="id:value value">
  for (const part of document.querySelectorAll("[data-shown-for]")) {
    const [id, values] = part.dataset.shownFor.split(":");
    const select = document.getElementById(id);
    if (!select) continue;
    const show = () => { part.hidden = !values.split(" ").includes(select.value); };
    select.addEventListener("change", show);
    show();
  }

  // Forms that filter send themselves when a choice changes
  for (const form of document.querySelectorAll("form[data-filters]")) {
    form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") form.requestSubmit(); });
  }

  // On a phone the navigation is wider than the screen: the current page's entry is brought into view
  const current = document.querySelector(".site-nav [aria-current]");
  if (current) { const list = current.closest("ul"); list.scrollLeft = current.offsetLeft - list.offsetLeft - 40; }

  const errors = document.querySelector("[data-focus]");
  if (errors) errors.focus();

  // Keyboard: / goes to the search field, ? tells the keys, arrows go from row to row
  const help = document.getElementById("keys");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName)) return;
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    } else if (event.key === "?" && help && !help.open) {
      help.showModal();
    } else if (event.key in steps) {
      const table = here.closest("main table");
      if (!table) return;
      const links = Array.from(table.querySelectorAll("tbody tr"), (row) => row.querySelector("a")).filter(Boolean);
      const row = here.closest("tr");
      const at = links.findIndex((link) => link.closest("tr") === row);
      const next = links[at + steps[event.key]];
      if (next) { event.preventDefault(); next.focus(); }
    }
  });

  // A picture can be taken along as SVG: its own drawing, with the colours that it has on the page
  const kept = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "font-size", "font-weight", "font-family"];
  for (const button of document.querySelectorAll("[data-svg]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const room = button.closest("section, figure");
      const drawing = Array.from(room.querySelectorAll("svg[role=img]")).find((one) => one.getClientRects().length);
      const copy = drawing.cloneNode(true);
      copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
      const copies = copy.querySelectorAll("*");
      drawing.querySelectorAll("*").forEach((part, at) => {
        const style = getComputedStyle(part);
        for (const name of kept) copies[at].setAttribute(name, style.getPropertyValue(name));
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
      link.download = button.dataset.svg + ".svg";
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
})();
