// Renews the parts of a page marked with data-live="<seconds>" while they are on it; without scripts the page's
// "Reload" link does the same. Ends by itself when the server no longer marks the part.
// A part marked with data-fill="<address>" is replaced once by what that address answers; until then, and without
// scripts, it holds a link to the page that shows the same. Where nothing comes and the part was alone in its list, the
// section marked data-fill-around goes.
"use strict";
(() => {
  const parts = () => [...document.querySelectorAll("[data-live]")];

  const exchange = (fresh) => {
    for (const part of parts()) {
      const next = part.id && fresh.getElementById(part.id);
      if (!next) return location.reload();
      if (next.innerHTML === part.innerHTML && next.dataset.live === part.dataset.live) continue;
      if (part.contains(document.activeElement)) continue; // never take the focus away from somebody
      part.replaceWith(next);
    }
  };

  const renew = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the server is away for a moment; the next round tries again */ }
    wait();
  };

  const wait = () => {
    const seconds = Math.min(...parts().map((part) => Number(part.dataset.live) || 3));
    if (Number.isFinite(seconds)) setTimeout(renew, seconds * 1000);
  };

  const fill = async (part) => {
    try {
      const answer = await fetch(part.dataset.fill, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const lines = document.createElement("template");
      lines.innerHTML = (await answer.text()).trim();
      const list = part.parentElement;
      const around = part.closest("[data-fill-around]");
      part.replaceWith(lines.content);
      if (!list.children.length && around) around.remove();
    } catch { /* the link stays */ }
  };

  document.querySelectorAll("[data-fill]").forEach(fill);
  wait();
})();
