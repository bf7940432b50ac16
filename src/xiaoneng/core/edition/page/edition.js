(function () {
  "use strict";
  var state = new URLSearchParams(location.hash.indexOf("=") > 0 ? location.hash.slice(1) : "");
  var root = document.documentElement;
  function keep() {
    try { history.replaceState(null, "", "#" + state.toString()); } catch (e) { /* a page from a file may be refused this */ }
  }
  function speak(language) {
    root.lang = language;
    var title = document.querySelector("title");
    document.title = language === "en" ? title.dataset.en : title.dataset.zh;
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
  function narrow(field) {
    var words = field.value.trim().toLowerCase(), table = document.querySelector('table[data-table="' + field.dataset.filter + '"]');
    Array.prototype.forEach.call(table.tBodies[0].rows, function (row) { row.hidden = row.textContent.toLowerCase().indexOf(words) < 0; });
  }
  document.querySelectorAll("input[data-filter]").forEach(function (field) {
    var name = "q-" + field.dataset.filter;
    if (state.get(name)) { field.value = state.get(name); narrow(field); }
    field.addEventListener("input", function () {
      narrow(field);
      if (field.value) { state.set(name, field.value); } else { state.delete(name); }
      keep();
    });
  });
  document.addEventListener("keydown", function (event) {
    var field = document.querySelector("input[data-filter]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field || document.activeElement.tagName === "INPUT") { return; }
    event.preventDefault();
    field.focus();
  });
  // On phones a table that stacks is a list: each cell is named by its column's head
  document.querySelectorAll("table.stack").forEach(function (table) {
    var heads = Array.prototype.map.call(table.tHead.rows[0].cells, function (head) {
      var zh = head.querySelector(".zh"), en = head.querySelector(".en");
      return { zh: (zh || head).textContent, en: (en || head).textContent };
    });
    Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
      Array.prototype.forEach.call(row.cells, function (cell, place) {
        cell.dataset.zh = heads[place].zh;
        cell.dataset.en = heads[place].en;
      });
    });
  });
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
