// Saves each question of an assessment as it is answered. Without scripts the form's own buttons do the same.
//
//   form[data-autosave]   where one answer is sent; [data-sign-in] is where a signed-out person signs in
//   [data-item]           one question; its fields are named "<item>-answer", "<item>-text" …
//   [data-status]         its live region; [data-all] that of the page; [data-notes] what machines saw about it
//
// What could not be saved stays in the page, is tried again, and is asked about before the page is left.
"use strict";
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const SOON = 1200, AGAIN = 8000;
  const waiting = new Map(); // item → timer of its next attempt
  const running = new Map(); // item → the request that is under way
  const unsaved = new Set(); // items whose answer is only in this page
  let leaving = false;

  const part = (item) => form.querySelector(`[data-item="${CSS.escape(item)}"]`);
  const field = (item, name) => form.elements[`${item}-${name}`];
  const fieldText = (item, name) => (field(item, name) ? field(item, name).value : "");
  const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

  const say = (item, text, tone, ...more) => {
    const status = part(item).querySelector("[data-status]");
    status.className = `item-status${tone ? ` is-${tone}` : ""}`;
    status.replaceChildren(text, ...more);
    const all = form.querySelector("[data-all]");
    all.textContent = unsaved.size ? `${unsaved.size} not saved yet` : `All saved ${clock()}`;
  };

  const errors = (item, name, text) => {
    for (const list of part(item).querySelectorAll("[data-error]")) {
      const mine = list.dataset.error === name;
      list.hidden = !mine;
      list.replaceChildren();
      const input = document.getElementById(`${item}-${list.dataset.error}`);
      if (input) input.toggleAttribute("aria-invalid", mine);
      if (input && mine) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", list.id); }
      if (!mine) continue;
      const line = document.createElement("li");
      line.textContent = text;
      list.append(line);
    }
  };

  const sent = (item) => {
    const data = new URLSearchParams();
    const token = form.elements.csrfmiddlewaretoken;
    if (token) data.set("csrfmiddlewaretoken", token.value);
    data.set("item", item);
    for (const [name, value] of new FormData(form)) if (name.startsWith(`${item}-`)) data.set(name, value);
    return data;
  };

  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button is-small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  const signedOut = (item) => {
    const link = document.createElement("a");
    link.href = form.dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in a new tab";
    say(item, "You are signed out. What you typed stays in this page and is not saved. ", "lost", link, " ", button("Save again", () => save(item)));
  };

  // After signing in elsewhere the form needs that session's secret; the page itself, asked for again, has it.
  const renewed = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-autosave]");
    const token = fresh && fresh.elements.csrfmiddlewaretoken;
    if (!token) return false;
    form.elements.csrfmiddlewaretoken.value = token.value;
    return true;
  };

  const ask = (item) =>
    fetch(form.dataset.autosave, { method: "POST", body: sent(item), headers: { Accept: "application/json" }, redirect: "error" });

  const read = async (answer) => {
    const json = (answer.headers.get("Content-Type") || "").includes("json");
    return json ? answer.json() : { what: `The portal answered ${answer.status}.` };
  };

  const kept = (item, said) => {
    unsaved.delete(item);
    field(item, "version").value = said.version;
    field(item, "digest").value = said.was;
    part(item).querySelector("[data-notes]").innerHTML = said.notes;
    part(item).querySelector("[data-by]").textContent = said.by;
    for (const [key, text] of Object.entries(said.progress)) {
      for (const count of document.querySelectorAll(`[data-progress="${CSS.escape(key)}"]`)) count.textContent = text;
    }
    errors(item, "", "");
    say(item, `${said.cleared ? "Taken back" : "Saved"} ${clock()}`, "saved");
  };

  const replaced = (item, html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-item]");
    part(item).replaceWith(document.importNode(fresh, true));
    const first = part(item).querySelector("[name$='-resolve']") || part(item).querySelector("input:checked");
    if (first) first.focus();
  };

  const refused = (item, answer, said) => {
    if (answer.status === 409 && said.html) {
      replaced(item, said.html);
      return say(item, "Not saved: somebody else changed it. Choose which answer holds.", "lost");
    }
    if (said.signed_out) return signedOut(item);
    if (answer.status >= 500) return later(item);
    const missing = said.field && !fieldText(item, said.field) && part(item).contains(document.activeElement);
    if (missing) return say(item, `To save it: ${said.what}`, "waiting"); // still being filled in
    if (said.field) errors(item, said.field, said.what);
    const what = said.field ? "Not saved: see above. What you typed stays here." : `Not saved. ${said.what} What you typed stays here.`;
    say(item, what, "lost", " ", button("Save again", () => save(item)));
  };

  const later = (item) => {
    say(item, "The portal cannot be reached. What you typed stays in this page; it is tried again.", "waiting", " ", button("Try now", () => save(item)));
    clearTimeout(waiting.get(item));
    waiting.set(item, setTimeout(() => save(item), AGAIN));
  };

  const attempt = async (item) => {
    let answer;
    try {
      answer = await ask(item);
      if (answer.status === 403 && !(answer.headers.get("Content-Type") || "").includes("json")) {
        if (!(await renewed())) return signedOut(item);
        answer = await ask(item);
      }
    } catch { return later(item); }
    const said = await read(answer);
    if (!answer.ok) return refused(item, answer, said);
    if (said.html) { unsaved.delete(item); replaced(item, said.html); return say(item, `Theirs holds ${clock()}`, "saved"); }
    kept(item, said);
  };

  // One request at a time: answers of one assessment wait for each other in the portal anyway.
  let queue = Promise.resolve();
  const inTurn = (work) => {
    queue = queue.then(work, work);
    return queue;
  };

  const save = async (item) => {
    clearTimeout(waiting.get(item));
    waiting.delete(item);
    if (running.has(item)) return void running.get(item).then(() => save(item));
    if (!unsaved.has(item)) return;
    let then = sent(item);
    const work = inTurn(() => { then = sent(item); return attempt(item); }).finally(() => running.delete(item));
    running.set(item, work);
    await work;
    const now = sent(item);
    for (const name of ["answer", "text", "link", "expires"]) {
      if (now.get(`${item}-${name}`) !== then.get(`${item}-${name}`) && !waiting.has(item)) { changed(item); break; }
    }
  };

  // Somebody else's answer is shown beside mine, and nobody has chosen yet: then mine waits.
  const undecided = (item) =>
    Boolean(field(item, "theirs-version")) && !part(item).querySelector("[name$='-resolve']:checked");

  const changed = (item, soon = SOON) => {
    unsaved.add(item);
    clearTimeout(waiting.get(item));
    if (undecided(item)) return say(item, "Not saved: choose above which answer holds.", "lost");
    waiting.set(item, setTimeout(() => save(item), soon));
  };

  const itemOf = (target) => target.closest("[data-item]")?.dataset.item;
  form.addEventListener("input", (event) => {
    const item = itemOf(event.target);
    if (!item || event.target.name.endsWith("-resolve")) return;
    changed(item, event.target.type === "radio" ? 0 : SOON);
    if (!undecided(item)) say(item, "Not saved yet …", "");
  });
  form.addEventListener("change", (event) => {
    const item = itemOf(event.target);
    if (item) changed(item, 0);
  });
  for (const event of ["online", "focus"]) {
    window.addEventListener(event, () => [...unsaved].filter((item) => !undecided(item)).forEach(save));
  }

  // The buttons send the whole form; what is under way ends first, so that it is not met as somebody else's change.
  form.addEventListener("submit", (event) => {
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
    if (!running.size) { leaving = true; return; }
    event.preventDefault();
    Promise.allSettled(running.values()).then(() => { leaving = true; form.requestSubmit(event.submitter); });
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved.size && !leaving) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
})();
