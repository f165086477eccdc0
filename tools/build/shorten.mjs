/** Prepares a program for a minifier. A minifier can't shorten the names of globals, and repeats them at each use. */
import ts from 'typescript';

/** Built-in functions that work without their object as `this`. */
const GLOBALS = /^(?:Array\.(?:from|isArray)|JSON\.stringify|Math\.(?:floor|max|min|round)|Number\.isFinite|Object\.(?:assign|entries|fromEntries))$/;
const TYPES = ['number', 'string'];

const { factory, SyntaxKind } = ts;

/**
 * Shortens a program:
 * - `Math.min(…)` becomes `Math_min(…)`, with one `var Math_min = Math.min`;
 * - `typeof x === "string"` becomes `is_string(x)`;
 * - `function f(x) {…}` becomes `var f = (x) => {…}`. So no function may use `this`, or be called before its declaration is reached.
 *
 * @param {string} code statements in JavaScript
 * @returns {string}
 */
export function shorten(code) {
  const names = new Map();
  const nameFor = (name, value) => {
    names.set(name, value);
    return factory.createIdentifier(name);
  };
  const shortenAll = (context) => (root) => {
    const visit = (node) => asName(node, nameFor) ?? asCall(ts.visitEachChild(node, visit, context), nameFor);
    return ts.visitEachChild(root, visit, context);
  };
  const source = ts.createSourceFile('program.js', code, ts.ScriptTarget.ES2020, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(source, [shortenAll]);
  const text = ts.createPrinter({ removeComments: true }).printFile(transformed[0]);
  return [...Array.from(names, ([name, value]) => `var ${name} = ${value};`), text].join('\n');
}

function asName(node, nameFor) {
  const text = ts.isPropertyAccessExpression(node) ? node.getText() : '';
  return GLOBALS.test(text) ? nameFor(text.replace('.', '_'), text) : undefined;
}

/** @param node a node with shortened children */
function asCall(node, nameFor) {
  if (ts.isFunctionDeclaration(node)) return arrowOf(node);
  if (!ts.isBinaryExpression(node) || !ts.isTypeOfExpression(node.left) || !TYPES.includes(node.right.text)) return node;
  const { left, operatorToken, right } = node;
  const call = factory.createCallExpression(nameFor(`is_${right.text}`, `(value) => typeof value === "${right.text}"`), undefined, [left.expression]);
  if (operatorToken.kind === SyntaxKind.EqualsEqualsEqualsToken) return call;
  return operatorToken.kind === SyntaxKind.ExclamationEqualsEqualsToken ? factory.createLogicalNot(call) : node;
}

function arrowOf({ name, modifiers, parameters, body }) {
  const arrow = factory.createArrowFunction(modifiers, undefined, parameters, undefined, undefined, body);
  return factory.createVariableStatement(undefined, [factory.createVariableDeclaration(name, undefined, undefined, arrow)]);
}
