/** Decimals as text: a limit that an operator typed must reach the API to the last digit. Pure. */

/** Move the decimal point: shift("0.05", 2) is "5", shift("12.5", -2) is "0.125". */
export function shift(text, places) {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole, part = ""] = text.replace(/^-/, "").split(".");
  const room = "0".repeat(Math.abs(places));
  const digits = `${room}${whole}${part}${room}`;
  const point = room.length + whole.length + places;
  const left = digits.slice(0, point).replace(/^0+(?=.)/, "") || "0";
  const right = digits.slice(point).replace(/0+$/, "");
  return sign + (right ? `${left}.${right}` : left);
}

/** What the API sent, as an operator edits it: a share as a percentage, nothing as an empty field. */
export function toField(value, unit) {
  if (value === null || value === undefined) return "";
  return shift(String(value), unit === "share" ? 2 : 0);
}

/** What the operator typed, as the API takes it: a count as a number, nothing as null. */
export function fromField(text, unit) {
  const typed = text.trim();
  if (typed === "") return null;
  if (unit === "count") return Number(typed);
  return shift(typed, unit === "share" ? -2 : 0);
}

/** Whether a text is a plain decimal, as the fields of a form take it. */
export const isNumber = (text) => /^\d+(\.\d+)?$/.test(text);
