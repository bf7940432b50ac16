// Looks every second how far the work has come, and loads the page anew when it is through.
(function () {
  "use strict";
  const room = document.querySelector("[data-progress]");
  if (!room) return;
  async function look() {
    try {
      const answer = await fetch(room.dataset.progress, { headers: { Accept: "text/html" } });
      if (answer.headers.get("X-Is-Running") === "0") { location.reload(); return; }
      if (answer.ok) room.innerHTML = await answer.text();
    } catch (error) { /* the server may be restarting: try again */ }
    setTimeout(look, 1000);
  }
  setTimeout(look, 700);
})();
