"use strict";
// What a page gains with scripts: a faster way out, a hidden screen, one submit only, focus and news after a swap.
// Everything works without it. Nothing is kept in the browser's storage. Sentences come from data attributes, translated.

(() => {
  const SHIFT_PRESSES = 3;
  const SHIFT_WITHIN_MS = 5000;
  const HIDE_AFTER_MS = 60000; // a tab that nobody looks at hides its content
  const RESTORE_BUTTON_MS = 10000; // a download answers without a new page
  const RETRY_MS = [5000, 15000, 30000];

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- Leave ----

  let unsaved = null; // the note that the server does not have yet

  function leave(link) {
    unsaved = null; // no question may stand in the way
    document.documentElement.hidden = true;
    document.title = link.dataset.blankTitle;
    window.location.replace(link.href);
  }

  function watchLeave() {
    const link = one("[data-leave]");
    if (!link) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave(link);
    });
    watchShift(() => leave(link));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && document.documentElement.hidden) window.location.reload();
    });
  }

  /** Calls `act` on three presses of Shift alone within five seconds; writing a capital letter starts the count again. */
  function watchShift(act) {
    let presses = [];
    let alone = false;
    document.addEventListener("keydown", (event) => {
      alone = event.key === "Shift";
      if (!alone) presses = [];
    });
    document.addEventListener("keyup", (event) => {
      if (event.key !== "Shift" || !alone) return;
      const now = Date.now();
      presses = [...presses.filter((at) => now - at < SHIFT_WITHIN_MS), now];
      if (presses.length >= SHIFT_PRESSES) act();
    });
  }

  // ---- Hide the screen ----

  function watchCover() {
    const cover = one("[data-cover]");
    const button = one("[data-hide-screen]");
    if (!cover || !button) return;
    const show = one("button", cover);
    let returnTo = null;
    let timer;

    function setHidden(hidden) {
      if (cover.hidden === !hidden) return;
      if (hidden) returnTo = document.activeElement;
      cover.hidden = !hidden;
      all("[data-coverable]").forEach((part) => (part.inert = hidden));
      (hidden ? show : returnTo)?.focus();
    }

    button.hidden = false;
    button.addEventListener("click", () => setHidden(true));
    show.addEventListener("click", () => setHidden(false));
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setHidden(true), HIDE_AFTER_MS);
    });
  }

  // ---- Offline ----

  function watchConnection() {
    const notice = one("[data-offline]");
    if (!notice) return;
    const tell = () => {
      notice.hidden = navigator.onLine;
      notice.textContent = navigator.onLine ? "" : notice.dataset.offline;
    };
    window.addEventListener("online", tell);
    window.addEventListener("offline", tell);
    tell();
  }

  // ---- One submit only ----

  function markSending(form, button) {
    form.dataset.sending = "yes";
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (!button.dataset.saving) return;
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.saving;
  }

  function markReady(form) {
    delete form.dataset.sending;
    all("button[aria-disabled]", form).forEach((button) => {
      button.removeAttribute("aria-disabled");
      if (button.dataset.label) button.textContent = button.dataset.label;
    });
  }

  function watchSubmits() {
    const stopSecond = (event) => {
      if (!event.target.dataset.sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("submit", stopSecond, true);
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.getAttribute("method") !== "post") return;
      unsaved = null;
      markSending(form, event.submitter);
      setTimeout(() => markReady(form), RESTORE_BUTTON_MS);
    });
    window.addEventListener("pageshow", () => all("form[data-sending]").forEach(markReady));
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.target.matches("form")) markReady(event.target);
    });
  }

  // ---- Focus and news after a swap ----

  const within = (selector, part) => (part.matches(selector) ? part : one(selector, part));

  function focusOn(element) {
    if (!element) return;
    element.tabIndex = -1;
    element.focus();
  }

  function watchSwaps() {
    focusOn(one("[data-error-summary]"));
    document.addEventListener("htmx:afterSettle", (event) => {
      const swapped = event.detail.elt;
      focusOn(within("[data-error-summary]", swapped) ?? within("h1", swapped));
    });
  }

  // ---- Autosave ----

  let sent = ""; // what the request under way holds: the note may be longer by the time it is answered

  const statusOf = (note) => document.getElementById(note.dataset.autosave);

  function tellUnsaved(note, sentence) {
    const status = statusOf(note);
    status.classList.add("is-unsaved");
    status.textContent = sentence;
  }

  function retry(note) {
    const failures = Number(note.dataset.failures ?? 0);
    note.dataset.failures = failures + 1;
    setTimeout(() => {
      if (unsaved === note) window.htmx.trigger(note, "retry");
    }, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  }

  function noteSaved(note) {
    if (note.value === sent) unsaved = null;
    delete note.dataset.failures;
    statusOf(note).classList.remove("is-unsaved");
  }

  /** No answer or a fault of the server: try again. Any other refusal (signed out, changed elsewhere) needs the person. */
  function noteNotSaved(note, status) {
    const again = status === 0 || status >= 500;
    if (again) retry(note);
    tellUnsaved(note, again ? note.dataset.failed : note.dataset.refused);
  }

  function watchNotes() {
    document.addEventListener("input", (event) => {
      if (event.target.matches("[data-autosave]")) unsaved = event.target;
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target.matches("[data-autosave]")) sent = event.target.value;
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      const note = event.target;
      if (!note.matches("[data-autosave]")) return;
      if (event.detail.successful) noteSaved(note);
      else noteNotSaved(note, event.detail.xhr.status);
    });
    window.addEventListener("online", () => unsaved && window.htmx.trigger(unsaved, "retry"));
    window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  }

  /** htmx writes the address of the page into the session storage; an address may hold an id. */
  function keepNothing() {
    const clear = () => window.sessionStorage.clear();
    document.addEventListener("htmx:pushedIntoHistory", clear);
    clear();
  }

  document.addEventListener("teamhope:over", () => (unsaved = null)); // the session is over: no question either
  watchLeave();
  watchCover();
  watchConnection();
  watchSubmits();
  watchSwaps();
  watchNotes();
  one(".th-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  keepNothing();
})();
