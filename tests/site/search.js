// Run the site's own search without a browser: node search.js SITE QUERY prints where the results lead, best first.
const fs = require("fs");
const vm = require("vm");
const [site, query] = process.argv.slice(2);

const nothing = { addEventListener() {}, getElementById: () => null, querySelectorAll: () => [] };
const page = vm.createContext({ document: nothing, _ready() {}, _: (text) => text, SPHINX_HIGHLIGHT_ENABLED: false, query });
for (const script of ["_static/language_data.js", "_static/searchtools.js", "searchindex.js"]) {
  vm.runInContext(fs.readFileSync(`${site}/${script}`, "utf-8"), page);
}
const found = vm.runInContext("Search._performSearch(...Search._parseQuery(query))", page);
for (const [name, , anchor] of found.reverse()) console.log(name + anchor);
