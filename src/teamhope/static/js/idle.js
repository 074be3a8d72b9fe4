"use strict";
// Says two minutes before that the session ends, and empties the page when it is over. The server alone knows when:
// another tab may have prolonged it. Asking does not.

(() => {
  const dialog = document.querySelector("[data-idle]");
  if (!dialog) return;
  const WARN_MS = 120000;
  const ASK_AGAIN_MS = 10000; // while the dialog is open: another tab may answer it
  const stay = dialog.querySelector("[data-idle-stay]");
  const last = dialog.querySelector("[data-idle-last]");
  let timer;
  let endsAt;

  const left = () => endsAt - Date.now();

  function end() {
    clearTimeout(timer);
    document.dispatchEvent(new Event("teamhope:over"));
    document.title = dialog.dataset.blankTitle;
    document.body.replaceChildren();
    window.location.replace(`/login?done=signed_out&next=${encodeURIComponent(window.location.pathname)}`);
  }

  /** Seconds, 0 when the session is over, null when nobody answers. */
  async function secondsLeft(request) {
    try {
      const answer = await fetch("/me/session", { redirect: "manual", cache: "no-store", ...request });
      if (answer.type === "opaqueredirect") return 0;
      return answer.ok ? (await answer.json()).seconds_left : null;
    } catch {
      return null;
    }
  }

  function plan() {
    clearTimeout(timer);
    const wait = left() > WARN_MS ? left() - WARN_MS : Math.min(left(), ASK_AGAIN_MS);
    timer = setTimeout(check, Math.max(wait, 0));
  }

  function settle(seconds) {
    if (seconds !== null) endsAt = Date.now() + seconds * 1000;
    if (left() <= 0) {
      end();
      return;
    }
    if (left() > WARN_MS) dialog.close();
    else if (!dialog.open) dialog.showModal(); // its heading is read out once, and the focus comes back afterwards
    plan();
  }

  const check = async () => settle(await secondsLeft());

  stay.addEventListener("click", async () => {
    const body = new URLSearchParams({ _csrf_token: dialog.querySelector("[name=_csrf_token]").value });
    const seconds = await secondsLeft({ method: "POST", body });
    last.hidden = seconds === null || seconds * 1000 > WARN_MS;
    settle(seconds);
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape means: I am here
    stay.click();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && left() <= WARN_MS && check());
  window.addEventListener("pageshow", (event) => event.persisted && check());

  endsAt = Date.now() + Number(dialog.dataset.secondsLeft) * 1000;
  plan();
})();
