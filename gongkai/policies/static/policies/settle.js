// Walks through the doubtful places by one key, saves each answer without leaving the page, keeps what was typed.
(() => {
  "use strict";
  const root = document.getElementById("settle");
  if (!root) return;
  const said = document.getElementById("settle-said");
  const keys = document.getElementById("settle-keys");
  const toggle = document.getElementById("settle-keys-on");
  const STORED = "gongkai-settle-keys";
  const kept = (field) => `gongkai-settle-${root.dataset.person}-${root.dataset.record}-${field.dataset.kept}`;
  const points = () => [...root.querySelectorAll(".settle-point")];
  const current = () => root.querySelector(".settle-point[data-current]") || points()[0];
  const smooth = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let shortcuts = root.dataset.shortcuts !== "off";

  // A browser may refuse storage; then only the help of the stored word is missing.
  const store = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* full or refused */ } },
    drop(name) { try { localStorage.removeItem(name); } catch { /* refused */ } },
  };

  function say(words) {
    said.textContent = "";
    setTimeout(() => { said.textContent = words; }, 50);
  }

  function scrollTo(id) {
    const target = id && document.getElementById(id);
    const side = target && target.closest(".settle-side");
    if (!side) return;
    const box = target.getBoundingClientRect(), frame = side.getBoundingClientRect();
    side.scrollBy({ top: box.top - frame.top - frame.height / 3, behavior: smooth() });
  }

  function show(point, { focus = true, speak = true } = {}) {
    if (!point) return;
    points().forEach((each) => each.toggleAttribute("data-current", each === point));
    const key = point.dataset.point;
    root.querySelectorAll("[data-points]").forEach((each) => {
      each.classList.toggle("now", each.dataset.points.split(" ").includes(key));
    });
    scrollTo(point.dataset.left);
    scrollTo(point.dataset.right);
    const every = points();
    if (speak) {
      say(root.dataset.said
        .replace("{n}", every.indexOf(point) + 1).replace("{of}", every.length)
        .replace("{label}", point.dataset.label).replace("{value}", point.dataset.value)
        .replace("{why}", point.dataset.why));
    }
    if (focus) point.querySelector("h3").focus({ preventScroll: false });
  }

  function move(step) {
    const every = points();
    if (!every.length) return;
    show(every[(every.indexOf(current()) + step + every.length) % every.length]);
  }

  function press(key) {
    const scope = key === "u" ? root : current();
    const button = scope && scope.querySelector(`button[data-key="${key}"]`);
    if (button) button.click();
  }

  function edit() {
    const point = current();
    if (!point) return;
    const field = point.querySelector("[data-first]");
    const away = point.querySelector("[data-edit]");
    const page = point.querySelector("[data-edit-page]");
    if (field) { field.focus(); field.select(); } else if (away) open(away.dataset.edit); else if (page) page.focus();
  }

  function open(id) {
    const details = document.getElementById(id);
    if (!details) return;
    side("settle-read");
    details.open = true;
    scrollTo(id);
    details.querySelector("textarea").focus();
  }

  function side(id) {
    document.querySelectorAll("#settle-switch button").forEach((button) => {
      const chosen = button.dataset.side === id;
      button.setAttribute("aria-pressed", String(chosen));
      button.classList.toggle("button-secondary", !chosen);
      document.getElementById(button.dataset.side).classList.toggle("away", !chosen);
    });
  }

  // --- what is typed stays until it is saved

  // Words come with what stood there when they were typed: what a colleague has corrected since is not overwritten.
  const OLDEST_MS = 30 * 24 * 3600 * 1000;

  function earlier(field) {
    const stored = store.get(kept(field));
    if (stored === null) return null;
    try {
      const { words, against, at } = JSON.parse(stored);
      if (typeof words === "string" && Date.now() - at < OLDEST_MS) return { words, against };
    } catch { /* from before, without what they were typed against */ }
    store.drop(kept(field));
    return null;
  }

  function restore() {
    root.querySelectorAll("[data-kept]").forEach((field) => {
      const found = earlier(field);
      if (!found || found.words === field.value) return;
      if (found.against === field.defaultValue) field.value = found.words;
      else tell(field, found.words);
      const details = field.closest("details");
      if (details) details.open = true;
    });
  }

  function tell(field, words) {
    const note = document.createElement("p"), quote = document.createElement("q");
    note.id = `${field.id}-earlier`;
    note.className = "settle-earlier";
    quote.textContent = words;
    note.append(root.dataset.earlier, " ", quote);
    field.setAttribute("aria-describedby", note.id);
    field.after(note);
  }
  root.addEventListener("input", ({ target }) => {
    if (!target.dataset.kept) return;
    store.set(kept(target), JSON.stringify({ words: target.value, against: target.defaultValue, at: Date.now() }));
  });

  // --- saving without leaving the page

  function swap(fresh) {
    root.querySelectorAll("[data-swap]").forEach((old) => {
      const made = fresh.getElementById(old.id);
      if (!made) return;
      const top = old.scrollTop;
      const adopted = document.importNode(made, true);
      if (old.classList.contains("away")) adopted.classList.add("away");
      old.replaceWith(adopted);
      adopted.scrollTop = top;
    });
    dress();
  }

  // Whoever signed in again in another window has got another token: the cookie knows it, this page does not.
  function token() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  }

  async function send(form, button) {
    const data = new FormData(form, button);
    data.set("csrfmiddlewaretoken", token());
    const field = form.querySelector("[data-kept]");
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: data, credentials: "same-origin" });
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      if (answer.redirected && !new URL(answer.url).pathname.endsWith("/settle/")) { location.reload(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && field) store.drop(kept(field));
      swap(fresh);
      const problem = document.getElementById("settle-problem");
      if (problem) { show(current(), { focus: false, speak: false }); problem.focus(); return; }
      const next = current();
      if (next) show(next);
      else {
        say(root.dataset.done);
        document.getElementById("settle-points-title").focus();
      }
    } catch {
      say(root.dataset.failed);
      alert(root.dataset.failed);
    } finally {
      root.removeAttribute("aria-busy");
    }
  }

  root.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    event.preventDefault();
    if (!root.hasAttribute("aria-busy")) send(event.target, event.submitter);
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move], [data-edit], [data-go], [data-side], #settle-help");
    if (!button) return;
    if (button.id === "settle-help") help();
    else if (button.dataset.move) move(Number(button.dataset.move));
    else if (button.dataset.edit) { event.preventDefault(); open(button.dataset.edit); }
    else if (button.dataset.go) {
      event.preventDefault();
      side(button.dataset.go === "left" ? "settle-original" : "settle-read");
      scrollTo(button.getAttribute("href").slice(1));
    } else side(button.dataset.side);
  });

  // --- keys

  function help() {
    toggle.checked = shortcuts;
    if (!keys.open) keys.showModal();
  }
  toggle.addEventListener("change", () => {
    shortcuts = toggle.checked;
    store.set(STORED, shortcuts ? "on" : "off");
  });
  if (store.get(STORED)) shortcuts = store.get(STORED) === "on";

  const ACTIONS = {
    n: () => move(1), ArrowRight: () => move(1), N: () => move(-1), p: () => move(-1), ArrowLeft: () => move(-1),
    a: () => press("a"), m: () => press("m"), u: () => press("u"), e: edit, "?": help,
  };
  const types = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || keys.open) return;
    if (event.key === "Escape" && types(event.target)) { current()?.querySelector("h3").focus(); return; }
    if (!shortcuts || types(event.target) || !ACTIONS[event.key]) return;
    // Arrows scroll whatever is too wide: there they stay what they are.
    if (event.key.startsWith("Arrow") && event.target.closest(".settle-text table")) return;
    if (event.target !== document.body && !root.contains(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ACTIONS[event.key]();
  }, true);

  // --- recognised lines that were not kept are found again in the background

  const LOOKS = 200; // of which each waits a little longer, up to ten seconds: half an hour, a book of pictures
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  async function located() {
    for (let n = 1; n <= LOOKS; n += 1) {
      const headers = { "X-CSRFToken": token() };
      const answer = await fetch(root.dataset.locate, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
      if (answer && answer.status !== 202) return answer.ok && !answer.redirected && (await answer.json()).state === "found";
      await pause(Math.min(1000 + 250 * n, 10_000));
    }
    return false;
  }

  async function locate() {
    if (!root.dataset.locate) return;
    say(root.dataset.locating);
    if (!(await located().catch(() => false))) { say(root.dataset.unlocated); return; }
    const page = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!page || !page.ok || types(document.activeElement)) return;
    const key = current()?.dataset.point;
    swap(new DOMParser().parseFromString(await page.text(), "text/html"));
    show(points().find((each) => each.dataset.point === key) || current(), { focus: false, speak: false });
    say(root.dataset.located);
  }

  // --- pages that could not be drawn at once, because another file was being worked on

  const TRIES = 20;

  async function again(image) {
    if (image.dataset.trying) return;
    image.dataset.trying = "yes";
    const words = document.createElement("p");
    image.closest("figure").querySelector("figcaption").append(words);
    words.textContent = root.dataset.waiting;
    for (let n = 0; n < TRIES; n += 1) {
      const answer = await fetch(image.src, { credentials: "same-origin" }).catch(() => null);
      if (answer && answer.ok && !answer.redirected) {
        words.remove();
        image.src = image.src; // as it stands: asked for anew, and by now it is drawn
        return;
      }
      // Anything but "later" says why in a sentence of its own.
      if (answer && answer.status < 500) { words.textContent = answer.redirected ? root.dataset.unseen : await answer.text(); return; }
      await pause(1000 * Math.min(Number(answer?.headers.get("Retry-After")) || 2, 10));
    }
    words.textContent = root.dataset.unseen;
  }
  root.addEventListener("error", (event) => { if (event.target.matches(".settle-sheet img")) again(event.target); }, true);
  root.querySelectorAll(".settle-sheet img").forEach((image) => {
    if (image.complete && !image.naturalWidth && image.loading !== "lazy") again(image); // before this script ran
  });

  function dress() {
    document.getElementById("settle-help").hidden = false;
    root.querySelectorAll(".settle-move").forEach((each) => { each.hidden = false; });
    restore();
  }

  root.classList.add("settle-walking");
  document.getElementById("settle-switch").hidden = false;
  side("settle-original");
  dress();
  const begun = location.hash.startsWith("#p-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  show(begun || current(), { focus: true });
  locate();
})();
