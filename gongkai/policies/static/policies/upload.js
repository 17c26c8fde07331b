// Handing in files: each goes by itself with its progress, and what became of those that arrived is asked for again.
(() => {
  "use strict";
  const page = document.querySelector(".upload");
  if (!page) return;
  const words = JSON.parse(document.getElementById("upload-words").textContent);
  const form = page.querySelector("form[data-upload]");
  const result = page.querySelector("[data-result]");
  const rows = page.querySelector("[data-rows]");
  const said = page.querySelector("[data-said]");
  const AT_ONCE = 2; // more would take the threads of a small server from everybody else
  const ASK_MS = 1500;
  page.classList.add("is-scripted");

  // --- what became of them ---------------------------------------------------------------------------------

  let asking = 0;

  function ask(now) {
    clearTimeout(asking);
    if (result.dataset.state) asking = setTimeout(look, now ? 0 : ASK_MS);
  }

  async function look() {
    let again = true;
    try {
      const answer = await fetch(result.dataset.state, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && !answer.redirected) {
        show(new DOMParser().parseFromString(await answer.text(), "text/html"));
        again = Number(rows.querySelector("[data-open]").dataset.open) > 0;
      } else if (answer.redirected || answer.status === 403 || answer.status === 404) {
        again = false;
        say(words.signedOut);
      }
    } catch {
      // The network is away for a moment: the next look finds it again.
    }
    if (again) ask(false);
  }

  // Only what has changed is replaced: whoever stands on a link keeps standing there.
  function show(fresh) {
    const summary = fresh.querySelector("[data-summary]");
    const list = fresh.querySelector("[data-open]");
    if (!summary || !list) return;
    const old = rows.querySelector("[data-open]");
    if (!old) {
      rows.replaceChildren(...fresh.body.childNodes);
    } else {
      rows.querySelector("[data-summary]").replaceWith(summary);
      old.dataset.open = list.dataset.open;
      for (const [place, item] of [...list.children].entries()) {
        const before = document.getElementById(item.id);
        if (!before) old.insertBefore(item, old.children[place] || null);
        else if (before.outerHTML !== item.outerHTML) {
          const held = before.contains(document.activeElement) && document.activeElement.getAttribute("href");
          before.replaceWith(item);
          if (held) item.querySelector("a")?.focus();
        }
      }
    }
    say(summary.firstChild.textContent);
  }

  function say(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  if (result.dataset.state && Number(rows.querySelector("[data-open]")?.dataset.open) > 0) ask(false);
  if (!form) return;

  // --- sending ---------------------------------------------------------------------------------------------

  const sending = page.querySelector("[data-sending]");
  const list = sending.querySelector("ul");
  const waiting = [];
  let active = 0;
  for (const hint of form.querySelectorAll("[data-scripted]")) hint.hidden = false;

  function key() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function make(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function add(file, name) {
    const entry = { file, name: name || file.name, key: key(), request: null };
    entry.item = make("li");
    entry.bar = make("progress");
    entry.bar.max = 100;
    entry.bar.value = 0;
    entry.bar.setAttribute("aria-label", entry.name);
    entry.words = make("span", words.waiting);
    entry.buttons = make("p");
    const state = make("p");
    state.append(entry.bar, " ", entry.words);
    entry.item.append(make("p", entry.name, "upload-name"), state, entry.buttons);
    list.append(entry.item);
    sending.hidden = false;
    if (file.size > words.most) return stop(entry, words.tooLarge, false);
    offer(entry, words.cancel, () => cancel(entry));
    waiting.push(entry);
    next();
  }

  function offer(entry, label, act) {
    const button = make("button", label, "button button-small button-secondary");
    button.type = "button";
    button.setAttribute("aria-label", `${label}：${entry.name}`);
    button.addEventListener("click", act);
    const held = entry.buttons.contains(document.activeElement);
    entry.buttons.replaceChildren(button);
    if (held) button.focus();
  }

  function stop(entry, text, again) {
    entry.words.textContent = text;
    entry.bar.hidden = true;
    if (again) offer(entry, words.retry, () => retry(entry));
    else entry.buttons.replaceChildren();
    say(`${entry.name}：${text}`);
  }

  function cancel(entry) {
    const place = waiting.indexOf(entry);
    if (place >= 0) waiting.splice(place, 1);
    if (entry.request) entry.request.abort();
    stop(entry, words.cancelled, true);
  }

  function retry(entry) {
    entry.bar.hidden = false;
    entry.bar.value = 0;
    entry.words.textContent = words.waiting;
    offer(entry, words.cancel, () => cancel(entry));
    waiting.push(entry);
    next();
  }

  function next() {
    while (active < AT_ONCE && waiting.length) send(waiting.shift());
  }

  // Whoever signed in again in another window has got another token: the cookie knows it, this page does not.
  function token() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  }

  function send(entry) {
    active += 1;
    const data = new FormData();
    // Fields first: they are read before the file.
    data.append("csrfmiddlewaretoken", token());
    data.append("batch", form.elements.batch.value);
    data.append("packing", form.elements.packing.value);
    data.append("key", entry.key);
    data.append("name", entry.name);
    data.append("size", entry.file.size);
    data.append("files", entry.file, entry.file.name || "file");
    const request = new XMLHttpRequest();
    entry.request = request;
    entry.words.textContent = words.sending;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.bar.value = Math.round((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => arrived(entry, request));
    request.addEventListener("error", () => stop(entry, words.broken, true));
    request.addEventListener("loadend", () => {
      entry.request = null;
      active -= 1;
      next();
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(data);
  }

  function arrived(entry, request) {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      return stop(entry, words.signedOut, true); // the login page, or a word from something in between
    }
    if (!answer.kept) return stop(entry, answer.notes.join(" "), answer.again || request.status >= 500);
    entry.item.remove(); // it stands in the list of the batch from now on
    if (!list.children.length) sending.hidden = true;
    result.hidden = false;
    if (result.dataset.state !== answer.state) {
      result.dataset.state = answer.state;
      // A reload, or a tab that was closed and opened again, shows the batch.
      history.replaceState(null, "", answer.url);
    }
    say(`${entry.name}：${words.kept}`);
    ask(true);
  }

  window.addEventListener("beforeunload", (event) => {
    if (active || waiting.length) event.preventDefault();
  });

  // --- what to send ----------------------------------------------------------------------------------------

  function addAll(files) {
    for (const file of files) add(file, file.webkitRelativePath || file.name);
  }

  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      addAll([...input.files]);
      input.value = "";
    });
  }

  const drop = form.querySelector("[data-drop]");
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    drop.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    drop.classList.remove("is-over");
    // The entries are gone once this handler returns: all are taken before any is waited for.
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const found = items.map((item) => item.webkitGetAsEntry?.() || item.getAsFile());
    for (const each of found) if (each) open(each, "");
  });

  function open(entry, folder) {
    if (entry instanceof File) return add(entry, folder + entry.name);
    if (entry.isFile) return entry.file((file) => add(file, folder + file.name), () => say(words.broken));
    const reader = entry.createReader();
    // A folder is told in pieces of a hundred, an empty piece is the end.
    const more = () => reader.readEntries((found) => {
      for (const each of found) open(each, `${folder}${entry.name}/`);
      if (found.length) more();
    }, () => say(words.broken));
    more();
  }

  // --- pasting ---------------------------------------------------------------------------------------------

  const box = document.getElementById("upload-text");
  const told = form.querySelector("[data-formatted]");
  let formatted = null; // {text, html}: what the box held right after a paste into it while it was empty

  document.addEventListener("paste", (event) => {
    const clipboard = event.clipboardData;
    if (!clipboard) return;
    const text = clipboard.getData("text/plain");
    const files = [...clipboard.files];
    // Word puts a picture of the text beside the text: where there is text, it is the text that is meant.
    if (files.length && !text) {
      event.preventDefault();
      const number = new Date().getTime() % 1e6;
      for (const file of files) {
        add(file, file.name === "image.png" ? `${words.picture} ${number}.png` : file.name);
      }
      return;
    }
    const elsewhere = event.target !== box;
    if (!text || (elsewhere && event.target.closest?.("input, textarea, [contenteditable]"))) return;
    const html = clipboard.getData("text/html");
    if (elsewhere) form.querySelector("details").open = true;
    if (!elsewhere && (!html || box.value.trim())) return;
    event.preventDefault();
    if (elsewhere && box.value.trim()) box.value += `\n${text}`;
    else {
      box.value = text;
      formatted = html ? { text: box.value, html } : null; // as the box writes its lines
    }
    told.textContent = formatted && formatted.text === box.value ? words.formatted : "";
    box.focus();
  });
  box.addEventListener("input", () => {
    if (formatted && formatted.text !== box.value) told.textContent = "";
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return say(words.nothing);
    const name = text.split("\n")[0].trim().slice(0, 40).replaceAll("/", "／") || words.pasted;
    if (formatted && formatted.text === box.value) {
      const html = `<!doctype html><html><head><meta charset="utf-8"></head><body>${formatted.html}</body></html>`;
      add(new File([html], "pasted.html"), `${name}.html`);
    } else {
      add(new File([text], "pasted.txt"), `${name}.txt`);
    }
    box.value = "";
    formatted = null;
    told.textContent = "";
  });
})();
