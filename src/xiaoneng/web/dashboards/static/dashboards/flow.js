// The process map's slider hides rare paths in place; more than was drawn is asked of the server. The page works without it.
(function () {
  "use strict";
  const list = document.querySelector(".flow-nav [aria-current]");
  if (list) { const row = list.closest("ul"); row.scrollLeft = list.offsetLeft - row.offsetLeft - 40; }

  const form = document.querySelector("[data-slider]");
  const room = document.querySelector("[data-map]");
  if (!form || !room) return;
  const slider = form.querySelector("input[type=range]");
  const said = form.querySelector("output");
  const drawn = Number(slider.dataset.drawn);
  const paths = Array.from(room.querySelectorAll("[data-share]:not(.core)"));
  form.classList.add("at-once");
  // A path is shown while those before it do not yet make up the share that is asked for
  const before = new Map();
  for (const drawing of room.querySelectorAll(".drawing")) {
    const ranks = Array.from(drawing.querySelectorAll("[data-rank]"), (one) => [Number(one.dataset.rank), Number(one.dataset.share)]);
    ranks.sort((one, other) => one[0] - other[0]);
    const shares = new Map();
    let last = 0, rank = -1, share = 0;
    for (const [number, sum] of ranks) { if (number !== rank) { last = share; rank = number; share = sum; } shares.set(number, last); }
    before.set(drawing, shares);
  }
  const hide = () => {
    const wanted = Number(slider.value);
    for (const path of paths) {
      const sofar = before.get(path.closest(".drawing")).get(Number(path.dataset.rank));
      path.classList.toggle("hidden-path", wanted < drawn && sofar * 100 >= wanted);
    }
    said.textContent = said.dataset.text.replace("[n]", String(wanted));
  };
  slider.addEventListener("input", hide);
  slider.addEventListener("change", () => { if (Number(slider.value) > drawn) form.requestSubmit(); });
})();
