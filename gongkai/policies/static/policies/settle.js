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

  function restore() {
    root.querySelectorAll("[data-kept]").forEach((field) => {
      const words = store.get(kept(field));
      if (words === null || words === field.value) return;
      field.value = words;
      const details = field.closest("details");
      if (details) details.open = true;
    });
  }
  root.addEventListener("input", (event) => {
    if (event.target.dataset.kept) store.set(kept(event.target), event.target.value);
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

  async function send(form, button) {
    const data = new FormData(form, button);
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

  async function locate() {
    if (!root.dataset.locate) return;
    say(root.dataset.locating);
    const token = root.querySelector("[name=csrfmiddlewaretoken]") || document.querySelector("[name=csrfmiddlewaretoken]");
    const cookie = document.cookie.match(/csrftoken=([^;]+)/);
    const headers = { "X-CSRFToken": token ? token.value : cookie ? cookie[1] : "" };
    const answer = await fetch(root.dataset.locate, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const page = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!page || !page.ok || types(document.activeElement)) return;
    const key = current()?.dataset.point;
    swap(new DOMParser().parseFromString(await page.text(), "text/html"));
    show(points().find((each) => each.dataset.point === key) || current(), { focus: false, speak: false });
    say(root.dataset.located);
  }

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
