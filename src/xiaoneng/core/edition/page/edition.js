(function () {
  "use strict";
  var state = new URLSearchParams(location.hash.indexOf("=") > 0 ? location.hash.slice(1) : "");
  var root = document.documentElement;
  function keep() {
    try { history.replaceState(null, "", "#" + state.toString()); } catch (e) { /* a page from a file may be refused this */ }
  }
  function speak(language) {
    root.lang = language;
    document.querySelectorAll("[data-lang]").forEach(function (link) {
      if (link.dataset.lang === language) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
  }
  speak(state.get("lang") === "en" ? "en" : "zh-Hans");
  document.querySelectorAll("[data-lang]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      speak(link.dataset.lang);
      state.set("lang", link.dataset.lang === "en" ? "en" : "zh");
      keep();
    });
  });
  function value(row, place) {
    var cell = row.cells[place], by = cell.dataset.by, text = by === undefined ? cell.textContent.trim() : by;
    var plain = text.replace(/,/g, ""), number = Number(plain);
    return plain !== "" && !isNaN(number) ? number : (text === "–" ? -1e9 : text);
  }
  function sort(table, place, down) {
    var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (one, other) {
      var a = value(one, place), b = value(other, place);
      var order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");
      return down ? -order : order;
    });
    rows.forEach(function (row) { body.appendChild(row); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, at) {
      if (at === place) { head.setAttribute("aria-sort", down ? "descending" : "ascending"); } else { head.removeAttribute("aria-sort"); }
    });
  }
  document.querySelectorAll("table[data-table]").forEach(function (table) {
    var name = table.dataset.table, wanted = state.get(name);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, place) {
      var button = head.querySelector("button");
      if (!button) { return; }
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : head.classList.contains("num") || head.classList.contains("pic");
        sort(table, place, down);
        state.set(name, place + (down ? "d" : "u"));
        keep();
      });
    });
    if (wanted && table.tHead.rows[0].cells[parseInt(wanted, 10)]) { sort(table, parseInt(wanted, 10), wanted.slice(-1) === "d"); }
  });
}());
