/* What the portal adds where a browser runs scripts: copying a clause's address, and larger text. Everything else works without. */
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "gongkai.big";

  function remembered() {
    try { return localStorage.getItem(KEY) === "1"; } catch (refused) { return false; }
  }
  function remember(on) {
    try { localStorage.setItem(KEY, on ? "1" : "0"); } catch (refused) { /* private window: lasts for this page */ }
  }
  /* This file is loaded in <head> without defer, so that a page in large text never flashes in small text first. */
  if (remembered()) { root.classList.add("big"); }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    /* Many government networks still serve plain http, where the clipboard API is absent. */
    return new Promise(function (done, failed) {
      var box = document.createElement("textarea");
      box.value = text;
      box.setAttribute("readonly", "");
      box.className = "unseen";
      document.body.appendChild(box);
      box.select();
      var copied = false;
      try { copied = document.execCommand("copy"); } catch (refused) { copied = false; }
      box.remove();
      if (copied) { done(); } else { failed(); }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var status = document.getElementById("status");
    var timer;
    function say(words, link) {
      clearTimeout(timer);
      status.textContent = "";
      /* Emptied first: a screen reader stays silent when the same words are set again. Going to the clause takes the
         focus off the link, so it is put back after that. */
      setTimeout(function () { link.focus({ preventScroll: true }); status.textContent = words; }, 50);
      timer = setTimeout(function () { status.textContent = ""; }, 5000);
    }

    document.addEventListener("click", function (event) {
      var link = event.target.closest ? event.target.closest("a[data-copy]") : null;
      if (!link || !status) { return; }
      /* The link is also followed: the clause is marked and its address stands in the address bar. */
      copy(link.href).then(
        function () { say(status.getAttribute("data-copied"), link); },
        function () { say(status.getAttribute("data-refused"), link); }
      );
    });

    var button = document.getElementById("big");
    if (button) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(root.classList.contains("big")));
      button.addEventListener("click", function () {
        var on = root.classList.toggle("big");
        button.setAttribute("aria-pressed", String(on));
        remember(on);
      });
    }

    /* Browsers before ::details-content cannot unfold by style sheet: contents and filters are opened here on wide screens. */
    if (!(window.CSS && CSS.supports && CSS.supports("selector(::details-content)")) && window.innerWidth >= 1216) {
      document.querySelectorAll("details.fold").forEach(function (fold) { fold.open = true; });
    }
  });
})();
