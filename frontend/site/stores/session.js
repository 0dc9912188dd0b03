/** Who is signed in. The token lives in memory; in this tab's storage only when asked. */

import { computed, signal } from "../vendor/ui.js";
import { read, useToken, whenUnauthorized } from "../http/client.js";

const KEPT = "token";
const PRINTABLE = /^[\x21-\x7e]{1,512}$/;
const NOT_A_TOKEN = { message: "This is not a token.", hint: "Paste it whole, without spaces." };

let tried = null;

/** "signed-out", "checking" or "signed-in". */
export const phase = signal("checking");
export const session = signal(null);
/** Why the login form is shown: {message, hint}, or null on a first visit. */
export const refusal = signal(null);
export const canOperate = computed(() => ["operator", "admin"].includes(session.value?.role));

/** Check a token with the API and use it. Never throws: a refusal is shown on the form. */
export async function signIn(token, keep) {
  if (!PRINTABLE.test(token)) return signOut(NOT_A_TOKEN);
  tried = { token, keep };
  phase.value = "checking";
  useToken(token);
  try {
    session.value = (await read("/session")).body;
    refusal.value = null;
    phase.value = "signed-in";
    if (keep) sessionStorage.setItem(KEPT, token);
  } catch (error) {
    signOut(error);
  }
}

/** Whether the last token failed for a reason that may pass, such as a network fault. */
export const canRetry = computed(() => tried !== null && [0, 429, 500, 502, 503, 504].includes(refusal.value?.status));
export const retry = () => signIn(tried.token, tried.keep);

/** Forget the token; everywhere, unless the API just could not be asked about it. */
export function signOut(why = null) {
  useToken(null);
  if (!why || why.status === 401) sessionStorage.removeItem(KEPT);
  session.value = null;
  refusal.value = why;
  phase.value = "signed-out";
}

/** Sign in with the token of the link, or the one kept in this tab; else show the form. */
export function restore() {
  const link = takeFromAddress();
  const kept = sessionStorage.getItem(KEPT);
  const token = link.token ?? kept;
  if (token) return signIn(token, link.keep || token === kept);
  phase.value = "signed-out";
}

// A token in the address bar would stay in the history and in screenshots.
function takeFromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (fragment.has("token")) history.replaceState(null, "", location.pathname + location.search);
  return { token: fragment.get("token"), keep: fragment.get("keep") === "1" };
}

whenUnauthorized((error) => { if (phase.peek() === "signed-in") signOut(error); });
