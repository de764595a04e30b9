// Calls Python functions under MicroPython. From stdin: the address of the interpreter, files, and calls; to stdout
// a line of JSON for each answer. MicroPython tidies its memory only between two calls from here.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const { interpreter, files, before, calls } = JSON.parse(fs.readFileSync(0, "utf8"));
const { loadMicroPython } = await import(pathToFileURL(interpreter));
const python = await loadMicroPython({ heapsize: 4 << 20, pystack: 64 << 10 });
const made = new Set();
for (const [path, text] of Object.entries(files)) {
  path.split("/").reduce((folder, name) => {
    if (!made.has(folder)) python.FS.mkdir(folder);
    made.add(folder);
    return `${folder}/${name}`;
  }, "/src");
  python.FS.writeFile(`/src/${path}`, text);
}
try {
  python.runPython("import sys\nsys.path.insert(0, '/src')\n" + before);
  for (const call of calls) {
    python.runPython(`answer = ${call}`);
    console.log(JSON.stringify(python.globals.get("answer")));
  }
} catch (error) {
  // Uncaught, Node would print the whole interpreter above it.
  console.error(error.message);
  process.exit(1);
}
