// Documents as a store reads them back, and what becomes of those that are not what was once written.
import { DamagedDocumentError } from '../simulator/ports';

/** Parses a document. `what` names it in the error. @throws DamagedDocumentError */
export function parseDocument<T extends object>(what: string, text: unknown): T {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch (error) {
    throw new DamagedDocumentError(
      `${what} is damaged in the store and cannot be read (no valid JSON): delete it and create it anew`,
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null) {
    throw new DamagedDocumentError(
      `${what} is damaged in the store and cannot be read (no JSON object): delete it and create it anew`,
    );
  }
  return value as T;
}

/** Parses the rows of a list. Damaged ones are left out and reported to `warn`. */
export function parseReadable<Row, T>(rows: Row[], parse: (row: Row) => T, warn: (text: string) => void): T[] {
  return rows.flatMap((row) => {
    try {
      return [parse(row)];
    } catch (error) {
      if (!(error instanceof DamagedDocumentError)) throw error;
      warn(`left out of a list: ${error.message}`);
      return [];
    }
  });
}
