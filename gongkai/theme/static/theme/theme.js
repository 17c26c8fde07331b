/* What the portal adds where a browser runs scripts: copying addresses, sharing, printing. Everything else works without. */
(function () {
  "use strict";

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

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  function ready() {
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
      /* The link of a clause is also followed: the clause is marked and its address stands in the address bar. */
      if (!link.hash) { event.preventDefault(); }
      copy(link.href).then(
        function () { say(status.getAttribute("data-copied"), link); },
        function () { say(status.getAttribute("data-refused"), link); }
      );
    });

    /* Buttons that only a script can serve are hidden until one is there. The browser's own sharing asks nobody else. */
    each("[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    if (navigator.share) {
      each("[data-share]", function (button) {
        button.hidden = false;
        button.addEventListener("click", function () {
          navigator.share({ title: document.title, url: button.getAttribute("data-share") }).catch(function () { /* changed their mind */ });
        });
      });
    }
    window.addEventListener("beforeprint", function () {
      var now = new Date();
      var day = [now.getFullYear(), ("0" + (now.getMonth() + 1)).slice(-2), ("0" + now.getDate()).slice(-2)].join("-");
      each("[data-printed]", function (place) { place.textContent = " · " + place.getAttribute("data-printed") + " " + day; });
    });

    /* Browsers before ::details-content cannot unfold by style sheet: menu, contents and filters are opened here. */
    if (!(window.CSS && CSS.supports && CSS.supports("selector(::details-content)"))) {
      if (window.innerWidth >= 768) { each(".menu details", function (fold) { fold.open = true; }); }
      if (window.innerWidth >= 1216) { each("details.fold", function (fold) { fold.open = true; }); }
    }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", ready); } else { ready(); }
})();
