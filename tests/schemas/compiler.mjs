// What TypeScript says of values that are not in files of its own.

import ts from "typescript";
import { fileURLToPath } from "node:url";

const OPTIONS = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  // What libraries say of each other is theirs.
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
};

/** The path to a node of a value, as `panels[3].gridPos.w`. */
function pathTo(node) {
  const steps = [];
  for (let at = node; at.parent; at = at.parent) {
    if (ts.isPropertyAssignment(at)) {
      steps.unshift(`.${at.name.text ?? at.name.getText()}`);
    } else if (ts.isArrayLiteralExpression(at.parent)) {
      steps.unshift(`[${at.parent.elements.indexOf(at)}]`);
    }
  }
  return steps.join("").replace(/^\./, "");
}

/** The innermost node that begins at a place or is around it. */
function nodeAt(source, position) {
  let found = source;
  const descend = (node) => {
    if (node.getStart(source) <= position && position < node.getEnd()) {
      found = node;
      ts.forEachChild(node, descend);
    }
  };
  ts.forEachChild(source, descend);
  return found;
}

/**
 * Checks values, each `{ name, type, module, json }`, where `json` is its text. Returns for each name
 * what is wrong, with the line in that text and the path.
 */
export function check(values) {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const files = new Map();
  for (const [index, { type, module, json }] of values.entries()) {
    // On one line with the beginning, so that lines are those of the text.
    const head = `import type { ${type} } from "${module}"; export const value: ${type} = `;
    files.set(`${here}value-${index}.ts`, head + json);
  }
  const host = ts.createCompilerHost(OPTIONS, true);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  const program = ts.createProgram([...files.keys()], OPTIONS, host);

  const problems = new Map(values.map(({ name }) => [name, []]));
  const names = new Map([...files.keys()].map((file, index) => [file, values[index].name]));
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n    ");
    const name = file && names.get(file.fileName);
    if (name === undefined) {
      throw new Error(`${file?.fileName ?? "TypeScript"}: ${message}`);
    }
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    problems.get(name).push({ line, path: pathTo(nodeAt(file, start)), message });
  }
  return problems;
}
