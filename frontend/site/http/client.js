/** The only module that talks to the API: same origin, bearer token, one shape of error. */

const ROOT = "/api/v1";
const DEADLINE_MS = 10_000;

const FALLBACK = {
  401: { message: "This token is not valid.", hint: "Make a new one with `bot token create`." },
  403: { message: "This token may not do that.", hint: "Ask for a token with a higher role." },
  404: { message: "The API does not know this.", hint: "Reload the page." },
  429: { message: "Too many requests.", hint: "The page slows down by itself; wait a moment." },
};

/** A request that did not succeed. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  constructor(status, detail, current = null) {
    super(detail.message);
    Object.assign(this, { status, current, code: detail.code ?? "", hint: detail.hint ?? "" });
    this.requestId = detail.request_id ?? "";
  }
}

let bearer = null;
let onUnauthorized = () => {};

/** Use this token from now on; null for none. */
export const useToken = (token) => { bearer = token; };

/** What to do when any answer says that the token is not valid (any more). */
export const whenUnauthorized = (act) => { onUnauthorized = act; };

/** Read a resource. With `etag`, null means that it has not changed. */
export async function read(path, etag = null) {
  const answer = await send("GET", path, etag ? { "If-None-Match": etag } : {});
  if (answer.status === 304) return null;
  return { body: await parse(answer), etag: answer.headers.get("ETag") };
}

/** Change a resource. The same key makes a repeated request harmless. */
export async function change(method, path, body, key) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  return parse(await send(method, path, headers, JSON.stringify(body)));
}

export const replace = (path, body, key) => change("PUT", path, body, key);

async function send(method, path, headers, body) {
  const token = bearer;
  const answer = await reach(method, path, { ...headers, Authorization: `Bearer ${token}` }, body);
  if (answer.ok || answer.status === 304) return answer;
  const error = await failure(answer);
  if (error.status === 401 && token === bearer) onUnauthorized(error);
  throw error;
}

async function reach(method, path, headers, body) {
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    return await fetch(ROOT + path, { method, headers, body, signal, cache: "no-store", credentials: "omit" });
  } catch (cause) {
    throw new ApiError(0, { message: "The API does not answer.", hint: reason(cause), code: "unreachable" });
  }
}

const reason = (cause) => (cause.name === "TimeoutError"
  ? `No answer within ${DEADLINE_MS / 1000} s.`
  : "Check the network, and on a laptop that `make up` is still running.");

async function failure(answer) {
  const body = await answer.json().catch(() => null);
  if (body?.error) return new ApiError(answer.status, body.error, body.current ?? null);
  // A gateway that refuses a token answers in a shape of its own, some of them with 403.
  const status = answer.status === 403 ? 401 : answer.status;
  const fallback = FALLBACK[status] ?? { message: `The API answered ${status}.`, hint: "Try again." };
  return new ApiError(status, fallback);
}

async function parse(answer) {
  try {
    return await answer.json();
  } catch {
    throw new ApiError(answer.status, { message: "The API's answer is not JSON.", hint: "Reload the page." });
  }
}
