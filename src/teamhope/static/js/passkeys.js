"use strict";
// Shows the forms that ask for a passkey, asks the browser for one and sends its answer. Without it, passwords work.

(() => {
  const toBytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const withBytes = (known) => known.map((each) => ({ ...each, id: toBytes(each.id) }));

  function readOptions(options) {
    const read = { ...options, challenge: toBytes(options.challenge) };
    if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) if (options[list]) read[list] = withBytes(options[list]);
    return read;
  }

  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
  }

  /** A refusal of the server, such as a session that ended, is a page of its own: load this one again to see it. */
  async function options(form) {
    const body = new URLSearchParams({ _csrf_token: form.elements._csrf_token.value });
    const answer = await fetch(form.dataset.options, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") window.location.reload();
    if (!answer.ok) throw new Error("refused");
    return { publicKey: readOptions(await answer.json()) };
  }

  async function ask(form) {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const asked = await options(form);
      form.elements.passkey.value = told(await navigator.credentials[form.dataset.passkey](asked));
    } catch {
      failed.hidden = false; // she closed the browser's window, or there is no passkey of this site
      return;
    }
    form.submit();
  }

  function watch(form) {
    let busy = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (busy) return;
      busy = true;
      await ask(form);
      busy = false;
    });
  }

  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("[data-passkey]").forEach(watch);
  document.querySelectorAll("[data-without-passkeys]").forEach((words) => (words.hidden = true));
})();
