// Builds dist/ from src/, the same bytes every time: the panel, named by its content, then the
// loader, which carries the panel's name and integrity, then the manifest.
//
//   node build.mjs          writes dist/
//   node build.mjs --check  builds beside it, compares byte for byte, and checks the size budgets

import { createHash } from "node:crypto";
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = import.meta.dirname;
const dist = join(here, "dist");
const TYPE = "text/javascript; charset=utf-8";
const BUDGETS = { loader: 6 * 1024, everything: 40 * 1024 }; // bytes, gzipped

const LICENCE = "preact-LICENSE.txt"; // Preact asks for its licence beside every copy
const BANNER = `/*! Holds Preact 11.2.0 (MIT, (c) Jason Miller): see ${LICENCE} in the package. */`;

/** Style sheets as minified text. */
const styles = {
  name: "styles",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await esbuild.transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** Preact without its one door to HTML: nothing in the bundle can make elements out of a text. */
const noHtml = {
  name: "no-html",
  setup(build) {
    build.onLoad({ filter: /preact[/\\]dist[/\\]preact\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const door = /\b\w+\.innerHTML=\w+\.__html/g;
      if (source.match(door)?.length !== 1) throw new Error("Preact's innerHTML is not where it was");
      return { contents: source.replace(door, "0"), loader: "js" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  jsx: "transform",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  plugins: [styles, noHtml],
  logLevel: "warning",
};

async function bundled(options) {
  const { outputFiles } = await esbuild.build({ ...common, ...options });
  return Buffer.from(outputFiles[0].contents);
}

function integrity(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

async function build(folder) {
  const panel = await bundled({
    entryPoints: ["src/panel.tsx"],
    format: "esm",
    banner: { js: BANNER },
  });
  const name = `panel-${createHash("sha256").update(panel).digest("hex").slice(0, 12)}.js`;
  const loader = await bundled({
    entryPoints: ["src/loader.ts"],
    format: "iife",
    define: { PANEL: JSON.stringify({ name, integrity: integrity(panel) }) },
  });
  const files = { "widget.js": loader, [name]: panel };
  const manifest = {
    loader: "widget.js",
    panel: name,
    files: Object.fromEntries(
      Object.entries(files).map(([file, bytes]) => [
        file,
        { integrity: integrity(bytes), bytes: bytes.length, type: TYPE },
      ]),
    ),
  };
  files["manifest.json"] = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  files[LICENCE] = await readFile(join(here, "node_modules", "preact", "LICENSE"));
  await mkdir(folder, { recursive: true });
  for (const old of await readdir(folder)) {
    if (!(old in files)) await rm(join(folder, old));
  }
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
  return { "widget.js": loader, [name]: panel };
}

/** The table of sizes, and what is above its budget. */
function weigh(files) {
  const rows = Object.entries(files).map(([name, bytes]) => [
    name,
    bytes.length,
    gzipSync(bytes, { level: 9 }).length,
  ]);
  const loader = rows[0][2];
  const everything = rows.reduce((sum, row) => sum + row[2], 0);
  console.log(`${"file".padEnd(24)} ${"bytes".padStart(8)} ${"gzipped".padStart(8)}  budget`);
  for (const [name, bytes, gzipped] of rows) {
    const budget = name === "widget.js" ? BUDGETS.loader : "";
    console.log(
      `${name.padEnd(24)} ${String(bytes).padStart(8)} ${String(gzipped).padStart(8)}  ${budget}`,
    );
  }
  console.log(
    `${"everything".padEnd(24)} ${"".padStart(8)} ${String(everything).padStart(8)}  ${BUDGETS.everything}`,
  );
  const over = [];
  if (loader > BUDGETS.loader) over.push(`widget.js is ${loader - BUDGETS.loader} bytes too big`);
  if (everything > BUDGETS.everything)
    over.push(`all files together are ${everything - BUDGETS.everything} bytes too big`);
  return over;
}

async function contents(folder) {
  const names = await readdir(folder).catch(() => []);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))])),
  );
}

async function differences(built) {
  const [want, have] = await Promise.all([contents(built), contents(dist)]);
  const wrong = [];
  for (const name of new Set([...Object.keys(want), ...Object.keys(have)])) {
    if (!have[name]) wrong.push(`dist/${name} is missing`);
    else if (!want[name]) wrong.push(`dist/${name} is not built from this source`);
    else if (!want[name].equals(have[name])) wrong.push(`dist/${name} differs from its source`);
  }
  return wrong;
}

if (process.argv.includes("--check")) {
  const folder = await mkdtemp(join(tmpdir(), "widget-"));
  try {
    const files = await build(folder);
    const wrong = [...weigh(files), ...(await differences(folder))];
    for (const each of wrong) console.error(each);
    if (wrong.length) {
      console.error("run `npm run build` in assistant/channels/widget and commit dist/");
      process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
} else {
  const over = weigh(await build(dist));
  for (const each of over) console.error(each);
  if (over.length) process.exitCode = 1;
}
