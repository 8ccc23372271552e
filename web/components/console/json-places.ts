// Where in a JSON text the value at a path stands, by the editor's syntax tree.
import { ensureSyntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { Path } from '../../lib/schema-check';

type Node = NonNullable<ReturnType<typeof ensureSyntaxTree>>['topNode'];

export interface Place {
  from: number;
  to: number;
  /** The value itself is there; false: what should hold it. */
  isOwn: boolean;
}

/** Of what is not there: the beginning of the nearest part that should hold it. */
export function placeOf(state: EditorState, path: Path): Place {
  const tree = ensureSyntaxTree(state, state.doc.length, 500);
  let node: Node | null = tree?.topNode.firstChild ?? null;
  let isOwn = node !== null;
  for (const key of path) {
    const next: Node | null = node && childAt(state, node, key);
    isOwn = next !== null;
    if (!next) break;
    node = next;
  }
  if (!node) return { from: 0, to: state.doc.length, isOwn };
  const holder = node.name === 'Object' || node.name === 'Array';
  return { from: node.from, to: holder ? node.from + 1 : node.to, isOwn };
}

function childAt(state: EditorState, node: Node, key: string | number): Node | null {
  if (node.name === 'Array') return valuesOf(node)[Number(key)] ?? null;
  if (node.name !== 'Object') return null;
  const named = (property: Node) => {
    const name = property.getChild('PropertyName');
    return name !== null && JSON.parse(state.sliceDoc(name.from, name.to)) === key;
  };
  // As in JSON.parse, the last of several counts.
  return node.getChildren('Property').findLast(named)?.lastChild ?? null;
}

const values = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

function valuesOf(node: Node): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (values.has(child.name)) found.push(child);
  return found;
}
