/** Changing the operator's switch: what was requested, and what the API has committed. */

import { signal } from "../vendor/ui.js";
import { replace } from "../http/client.js";
import { showControl, state } from "./overview.js";

/** Which dialog is open: "stop", "pause", "resume", "flatten" or null. */
export const dialog = signal(null);
/** The change under way or last made: {state, step: "requested"|"committed"|"conflict"|"failed", …}. */
export const change = signal(null);
/** The row the operator decides on: the one they saw, not one that arrived meanwhile. */
export const seen = signal(null);

export function open(which) {
  seen.value = state.content.peek()?.control ?? null;
  change.value = null;
  dialog.value = which;
}

export const close = () => { dialog.value = null; };
export const dismiss = () => { change.value = null; };

/**
 * Ask for a state; `confirm` is the typed word where one is needed. Shows it as requested until
 * the API answers with the committed row.
 */
export async function request(wanted, reason, confirm) {
  const key = keyFor(wanted, reason);
  change.value = { state: wanted, reason, key, step: "requested" };
  try {
    // Even when the state could not be read, a stop goes out: it needs no version.
    const body = { state: wanted, reason, version: seen.peek()?.version, confirm };
    commit(wanted, await replace("/control", body, key));
  } catch (error) {
    await (error.status === 409 ? conflict(wanted, reason, error) : fail(wanted, reason, key, error));
  }
}

// The same wish sent again after a lost answer must not count twice.
function keyFor(wanted, reason) {
  const last = change.peek();
  const again = last?.step === "failed" && last.state === wanted && last.reason === reason;
  return again ? last.key : crypto.randomUUID();
}

function commit(wanted, row) {
  showControl(row);
  change.value = { state: wanted, step: "committed", row };
  close();
}

async function conflict(wanted, reason, error) {
  const current = error.current;
  if (current?.version) { showControl(current); seen.value = current; }
  if (current?.state === wanted && wanted !== "RUNNING") return commit(wanted, current);
  if (wanted === "KILLED") return insist(wanted, reason);
  change.value = { state: wanted, step: "conflict", error, row: current };
}

// A stop must win over any other change made in the same second, so it goes again without a version.
async function insist(wanted, reason) {
  const key = crypto.randomUUID();
  try {
    commit(wanted, await replace("/control", { state: wanted, reason }, key));
  } catch (error) {
    fail(wanted, reason, key, error);
  }
}

function fail(wanted, reason, key, error) {
  change.value = { state: wanted, reason, key, step: "failed", error };
}
