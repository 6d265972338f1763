// Keys for the whole portal. All they do is also a link, a button or a form on the page, so that without scripts nothing
// is lost. Nothing happens while somebody types, nor with Ctrl, Alt or Cmd (but for Ctrl/Cmd-K). How pages take part:
//
//   data-go="p"         a link that "g" and then "p" follow; entries of the navigation carry theirs (NavItem.key)
//   data-row            one row of a list: "j" goes to the next, "k" to the previous one. The focus moves to the row's
//                       part marked data-open, else to its first link or button; so Enter opens it
//   data-key="x"        a button, link or field that "x" presses; any single letter or digit ("a", "x", "0" … "4").
//                       In the row or group (data-row, data-keys-of) that has the focus its own comes first
//   data-key-label="…"  what the key does, as the list of keys says it; without it the element's own words
//   data-palette        a link to the search page; it opens the palette instead, as Ctrl/Cmd-K does
//   data-keys           a link to the page about keys; it opens the list of keys instead, as "?" does
"use strict";
(() => {
  const list = document.getElementById("keys");
  const palette = document.getElementById("palette");
  const all = (what, within = document) => [...within.querySelectorAll(what)].filter((part) => part.checkVisibility());

  const stored = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("single-keys", value);
      return localStorage.getItem("single-keys");
    } catch { return null; } // storage may be closed to us; then the choice lasts as long as the page
  };
  let off = stored() === "off";

  const typing = (part) =>
    part.isContentEditable || part.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");

  const open = (dialog) => {
    if (!dialog || dialog.open) return;
    if (dialog === list) fillList();
    dialog.showModal();
  };

  // The list of keys: what every page has is in the document already, the page's own are added here.
  const fillList = () => {
    const body = list.querySelector("[data-page-keys]");
    const known = new Map(all("[data-key]").map((part) => [part.dataset.key, part.dataset.keyLabel || part.textContent.trim()]));
    body.replaceChildren(...[...known].map(([key, label]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      const cap = document.createElement("kbd");
      const text = document.createElement("td");
      head.scope = "row";
      cap.textContent = key;
      text.textContent = label;
      head.append(cap);
      row.append(head, text);
      return row;
    }));
  };

  const step = (by) => {
    const rows = all("[data-row]");
    if (!rows.length) return false;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, now + by));
    const goal = rows[next].querySelector("[data-open]") || rows[next].querySelector("a[href], button, summary, input");
    if (!goal) return false;
    goal.focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  };

  const press = (key) => {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const near = document.activeElement.closest("[data-row], [data-keys-of]");
    const part = (near && all(wanted, near)[0]) || all(wanted)[0];
    if (!part || part.disabled) return false;
    part.focus();
    part.click();
    return true;
  };

  let going = 0;
  const go = (key) => {
    going = 0;
    const link = all(`[data-go="${CSS.escape(key)}"]`)[0];
    if (link) link.click();
    return Boolean(link);
  };

  const single = (key) => {
    if (going && Date.now() - going < 1500) return go(key);
    if (key === "g") return Boolean((going = Date.now()));
    if (key === "?") return Boolean(open(list) ?? true);
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    return /^[a-z0-9]$/.test(key) && press(key);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      if (palette) event.preventDefault();
      return open(palette);
    }
    if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (single(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("[data-palette], [data-keys]");
    const dialog = link && ("palette" in link.dataset ? palette : list);
    if (!dialog) return;
    event.preventDefault();
    open(dialog);
  });

  // Single letters may be switched off for good: they are in the way of whoever dictates.
  const choice = document.getElementById("single-keys");
  if (choice) {
    choice.checked = !off;
    choice.addEventListener("change", () => { off = !choice.checked; stored(off ? "off" : "on"); });
  }

  // The palette shows what the search page would show, while somebody types; Enter opens that page.
  if (!palette) return;
  const field = palette.querySelector("input[type=search]");
  const found = palette.querySelector("[data-found]");
  let asked = 0;
  let timer = 0;

  const ask = async () => {
    const number = ++asked;
    const words = field.value.trim();
    if (!words) return found.replaceChildren();
    const address = `${field.form.action}?q=${encodeURIComponent(words)}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const results = page.getElementById("results");
      if (number === asked && results) found.replaceChildren(...results.childNodes);
    } catch { /* the server is away for a moment; Enter still opens the page */ }
  };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  palette.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const stops = [field, ...all("a[href]", found)];
    const next = stops[stops.indexOf(document.activeElement) + by];
    if (next) next.focus();
    event.preventDefault();
  });
  for (const dialog of [palette, list]) {
    dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
})();
