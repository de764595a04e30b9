// What a worker does, behind the text of MicroPython's own script: it calls the functions of lib/page.py.
// MicroPython tidies its memory at the end of a call from here: the answer is sent before that. The reader's text is
// handed over, and never code.
let python;

async function start({ wasm, files }) {
  const bytes = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
  python = await loadMicroPython({ url, heapsize: 4 << 20, pystack: 64 << 10, stdout() {}, stderr() {} });
  const made = new Set();
  for (const [path, text] of Object.entries(files)) {
    path.split("/").reduce((folder, name) => {
      if (!made.has(folder)) python.FS.mkdir(folder);
      made.add(folder);
      return `${folder}/${name}`;
    }, "/src");
    python.FS.writeFile(`/src/${path}`, text);
  }
  python.runPython("import sys\nsys.path.insert(0, '/src')\nimport page");
  python.globals.set("said", (answer) => postMessage(JSON.parse(answer)));
  postMessage({ ready: true });
}

function answer({ call, question, text }) {
  python.globals.set("asked", [call, question, text]);
  python.runPython("said(page.answer(*asked))");
}

onmessage = async ({ data }) => {
  try {
    if (data.wasm) await start(data);
    else answer(data);
  } catch (error) {
    postMessage({ failed: error.message });
  }
};
