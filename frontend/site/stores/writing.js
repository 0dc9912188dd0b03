/** Forms and writes, one of each at a time: what is open, what was asked, what became of it. */

import { computed, signal } from "../vendor/ui.js";
import { change } from "../http/client.js";

/** The form that is open: {kind, subject}, or null. */
export const form = signal(null);
/** The write under way or last made: {about, step: "requested"|"done"|"conflict"|"failed", …}. */
export const write = signal(null);

export function openForm(kind, subject) {
  write.value = null;
  form.value = { kind, subject };
}

export const closeForm = () => { form.value = null; };
export const dismissWrite = () => { write.value = null; };

const rereading = signal(0);
export const isBusy = computed(() => write.value?.step === "requested" || rereading.value > 0);

/** Read again what a write may have changed: until then the page shows a version that is gone. */
export async function reread(...resources) {
  rereading.value += 1;
  await Promise.all(resources.map((each) => each.refresh()));
  rereading.value -= 1;
}

/** A page that is left takes its form and its outcomes with it. */
export function forgetWrites() {
  closeForm();
  dismissWrite();
}

/**
 * One write: the answer, or null when it did not succeed; `write` says why. `about` says where the
 * outcome is shown, `said` what it is when it is done.
 */
export async function put(about, method, path, body, said, progress = {}) {
  const request = `${method} ${path} ${JSON.stringify(body)}`;
  const key = keyFor(request);
  write.value = { about, request, key, step: "requested", ...progress };
  try {
    const answer = await change(method, path, body, key);
    write.value = { about, step: "done", said };
    return answer;
  } catch (error) {
    write.value = { about, request, key, error, step: isStale(error) ? "conflict" : "failed", ...progress };
    return null;
  }
}

// A conflict that shows the present row was about a version; any other is a refusal with its reason.
const isStale = ({ status, current }) => status === 409 && current !== null;

// The same request sent again after a lost answer must not count twice.
function keyFor(request) {
  const last = write.peek();
  return last?.step === "failed" && last.request === request ? last.key : crypto.randomUUID();
}

/** A part of a path. A colon is legal there, and instrument ids are full of them. */
export const segment = (text) => encodeURIComponent(text).replaceAll("%3A", ":");
