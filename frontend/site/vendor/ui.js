// Written by vendor.mjs: what the page is built with.
import htm from "./htm@3.1.1/htm.js";
import { h } from "./preact@11.2.0/preact.js";

export { h, render, Fragment, useEffect, useLayoutEffect, useRef } from "./preact@11.2.0/preact.js";
export { batch, computed, effect, signal, useSignal } from "./signals@2.11.4/signals.js";
export const html = htm.bind(h);
