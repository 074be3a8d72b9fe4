// Copies what the built CSS and the templates need out of node_modules, and writes down where each file comes from.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const HERE = import.meta.dirname;
const MODULES = join(HERE, "node_modules");
const STATIC = join(HERE, "../src/teamhope/static");
const TEST_VENDOR = join(HERE, "../tests/browser/vendor");
const USWDS = "@uswds/uswds";
const WEIGHTS = ["Regular", "SemiBold", "Bold"];
const ICONS = [
  "arrow_back", "check_circle", "close", "error", "event", "expand_more", "file_download", "help", "info", "language",
  "lock", "logout", "people", "person", "phone", "print", "schedule", "search", "visibility_off", "warning",
];

const version = (name) => JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8")).version;
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function copy(root, name, source, target, licence) {
  const path = join(root, target);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(join(MODULES, name, source), path);
  return { root, name, source, target, licence };
}

function write(root, name, source, target, licence, text) {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  writeFileSync(join(root, target), text);
  return { root, name, source, target, licence };
}

/** The compiled CSS without its font faces: app.css declares the three that we ship. */
function styles() {
  const css = readFileSync(join(STATIC, "css/th.css"), "utf8").replace(/@font-face\{[^}]*\}/g, "");
  return write(STATIC, USWDS, "packages (compiled by frontend/th.scss)", "css/th.css", "CC0-1.0", css);
}

function imagesNamedBy(cssFile) {
  const css = readFileSync(join(STATIC, cssFile), "utf8");
  const names = [...css.matchAll(/url\("?\.\.\/(img\/[^")]+)"?\)/g)].map((match) => match[1]);
  return [...new Set(names)].sort().map((name) => copy(STATIC, USWDS, `dist/${name}`, name, "Apache-2.0 AND CC0-1.0"));
}

function iconSheet() {
  const sprite = readFileSync(join(MODULES, USWDS, "dist/img/sprite.svg"), "utf8");
  const symbols = ICONS.map((id) => {
    const found = sprite.match(new RegExp(`<symbol[^>]*id="${id}"[^>]*>.*?</symbol>`, "s"));
    if (!found) throw new Error(`sprite.svg has no icon ${id}`);
    return found[0];
  });
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  return write(STATIC, USWDS, "dist/img/sprite.svg (some symbols)", "icons.svg", "Apache-2.0 AND CC0-1.0", sheet);
}

function fonts() {
  const files = WEIGHTS.map((weight) => `PublicSans-${weight}.woff2`);
  return files.map((file) => copy(STATIC, USWDS, `dist/fonts/public-sans/${file}`, `fonts/${file}`, "OFL-1.1"));
}

function licences() {
  copy(STATIC, USWDS, "LICENSE.md", "LICENSES/uswds.md");
  copy(STATIC, "htmx.org", "LICENSE", "LICENSES/htmx.txt");
  copy(TEST_VENDOR, "axe-core", "LICENSE", "LICENSES/axe-core.txt");
}

function record(root, files) {
  const entry = ({ name, source, target, licence }) =>
    [
      "[[file]]", `path = "${target}"`, `name = "${name}"`, `version = "${version(name)}"`,
      `licence = "${licence}"`, `source = "${source}"`, `sha256 = "${sha256(join(root, target))}"`,
    ].join("\n");
  const head = "# Written by frontend/build.sh. Every file here that others made, and where it comes from.\n\n";
  writeFileSync(join(root, "VENDOR.toml"), `${head}${files.map(entry).join("\n\n")}\n`);
}

rmSync(join(STATIC, "img"), { recursive: true, force: true });
const htmx = `js/htmx-${version("htmx.org")}.min.js`;
licences();
record(STATIC, [
  styles(),
  ...fonts(),
  iconSheet(),
  ...imagesNamedBy("css/th.css"),
  copy(STATIC, "htmx.org", "dist/htmx.min.js", htmx, "0BSD"),
]);
record(TEST_VENDOR, [copy(TEST_VENDOR, "axe-core", "axe.min.js", "axe.min.js", "MPL-2.0")]);
