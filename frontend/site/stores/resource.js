/** Something read from the API, with all that a panel needs to draw it; and polling. */

import { batch, signal } from "../vendor/ui.js";

const SLOWEST_MS = 60_000;

/** `load(previous)` returns the new content, or null when nothing changed. */
export function resource(load) {
  const content = signal(null);
  const error = signal(null);
  const loading = signal(false);
  let generation = 0;

  async function refresh() {
    const mine = generation;
    loading.value = true;
    try {
      settle(mine, await load(content.peek()), null);
    } catch (failure) {
      settle(mine, null, failure);
    }
    return error.peek() === null;
  }

  // An answer that arrives after a sign-out belongs to nobody.
  function settle(mine, fresh, failure) {
    if (mine !== generation) return;
    batch(() => {
      if (fresh !== null) content.value = fresh;
      error.value = failure;
      loading.value = false;
    });
  }

  function reset() {
    generation += 1;
    batch(() => { content.value = null; error.value = null; loading.value = false; });
  }

  return { content, error, loading, refresh, reset };
}

/**
 * Run `task` again and again. It answers whether it went well; failures double the wait.
 * A hidden page waits longer; a page that comes back to the front asks at once.
 */
export function poll(task, interval) {
  let timer = 0;
  let failures = 0;
  let busy = false;

  async function run() {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    failures = (await task()) ? 0 : failures + 1;
    busy = false;
    if (timer !== null) timer = setTimeout(run, wait());
  }

  const wait = () => (document.hidden ? SLOWEST_MS : backOff(interval(), failures));
  const wake = () => { if (!document.hidden) run(); };
  document.addEventListener("visibilitychange", wake);
  addEventListener("focus", wake);
  run();

  return function stop() {
    clearTimeout(timer);
    timer = null;
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("focus", wake);
  };
}

// Jitter keeps many open pages from asking in step.
const backOff = (interval, failures) =>
  Math.min(SLOWEST_MS, interval * 2 ** failures) * (failures ? 0.8 + Math.random() * 0.4 : 1);
