// Copies the pinned libraries from node_modules into site/vendor, minified, with licences and sums,
// and refreshes the preload list of index.html. Run `npm ci` first, then `npm run vendor`.
// With --check it writes nothing and fails if the committed files differ from what it would write.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const SITE = join(HERE, "site");
const PINS = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8")).devDependencies;
const PREACT = `../preact@${PINS.preact}/preact.js`;

const LIBRARIES = [
  {
    folder: `preact@${PINS.preact}`,
    file: "preact.js",
    source: 'export * from "preact"; export * from "preact/hooks";',
    licence: "preact",
  },
  {
    folder: `signals@${PINS["@preact/signals"]}`,
    file: "signals.js",
    source: 'export * from "@preact/signals";',
    licence: "@preact/signals",
    external: { "preact": PREACT, "preact/hooks": PREACT },
  },
  { folder: `htm@${PINS.htm}`, file: "htm.js", source: 'export { default } from "htm";', licence: "htm" },
];

/** Sends the bare imports of a library to the vendored file beside it, so no import map is needed. */
const redirect = (targets = {}) => ({
  name: "redirect",
  setup(on) {
    on.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      targets[path] ? { path: targets[path], external: true } : undefined);
  },
});

async function bundle({ source, external, folder }) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: HERE },
    banner: { js: `/* ${folder}; see LICENSE */` },
    plugins: [redirect(external)],
    bundle: true, minify: true, write: false,
    format: "esm", target: "es2022", legalComments: "none",
  });
  return outputFiles[0].text;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

async function library(entry) {
  const code = await bundle(entry);
  const licence = readFileSync(join(HERE, "node_modules", entry.licence, "LICENSE"), "utf8");
  const sums = `${sha256(licence)}  LICENSE\n${sha256(code)}  ${entry.file}\n`;
  const at = (name) => join(SITE, "vendor", entry.folder, name);
  return [[at("LICENSE"), licence], [at(entry.file), code], [at("SHA256SUMS"), sums]];
}

/** The file that the page imports, so that versions are written in one place. */
function door() {
  const [preact, signals, htm] = LIBRARIES.map(({ folder, file }) => `./${folder}/${file}`);
  const ui = `// Written by vendor.mjs: what the page is built with.
import htm from "${htm}";
import { h } from "${preact}";

export { h, render, Fragment, useEffect, useLayoutEffect, useRef } from "${preact}";
export { batch, computed, effect, signal, useSignal } from "${signals}";
export const html = htm.bind(h);
`;
  return [join(SITE, "vendor", "ui.js"), ui];
}

/** Every module reachable from app.js, in the order in which the browser would find them. */
function modules(files, path = join(SITE, "app.js"), seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = files.get(path) ?? readFileSync(path, "utf8");
  for (const [, target] of text.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) {
    modules(files, join(dirname(path), target), seen);
  }
  return seen;
}

function page(files) {
  const path = join(SITE, "index.html");
  const links = [...modules(files)].map((file) =>
    `  <link rel="modulepreload" href="${relative(SITE, file)}">`);
  const block = `<!-- modules -->\n${links.join("\n")}\n  <!-- /modules -->`;
  return [path, readFileSync(path, "utf8").replace(/<!-- modules -->[^]*<!-- \/modules -->/, block)];
}

function removeOldVersions() {
  const keep = new Set(LIBRARIES.map(({ folder }) => folder));
  for (const entry of readdirSync(join(SITE, "vendor"), { withFileTypes: true })) {
    if (entry.isDirectory() && !keep.has(entry.name)) rmSync(join(SITE, "vendor", entry.name), { recursive: true });
  }
}

function write(files) {
  removeOldVersions();
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  console.log(`Wrote ${files.size} files.`);
}

function check(files) {
  const different = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  for (const [path] of different) console.error(`${relative(HERE, path)} is not what vendor.mjs writes.`);
  if (different.length) console.error("Run `npm ci && npm run vendor` in frontend/ and review the difference.");
  process.exitCode = different.length ? 1 : 0;
}

const libraries = await Promise.all(LIBRARIES.map(library));
const files = new Map([...libraries.flat(), door()]);
files.set(...page(files));
process.argv.includes("--check") ? check(files) : write(files);
