'use client';
// An error as the API words it, and a way out of it.
import { ApiError } from '../../lib/client';

interface ProblemProps {
  error: unknown;
  onRetry?: () => void;
  onDismiss?: () => void;
}

export function Problem({ error, onRetry, onDismiss }: ProblemProps) {
  if (!error) return null;
  const { title, message, fields } =
    error instanceof ApiError
      ? error
      : { title: 'Something went wrong in this page', message: String(error), fields: [] };
  // The API's own detail repeats the fields: shown as a list, they need not be.
  return (
    <div role="alert" className="notice bad stack">
      <div>
        <strong>{title}</strong>
        {fields.length === 0 ? (
          <div>{message}</div>
        ) : (
          <ul style={{ margin: 0 }}>
            {fields.map(({ path, message: text }) => (
              <li key={`${path} ${text}`}>
                {path && <code>{path}</code>} {text}
              </li>
            ))}
          </ul>
        )}
      </div>
      {(onRetry || onDismiss) && (
        <div className="row">
          {onRetry && (
            <button type="button" onClick={onRetry}>
              Try again
            </button>
          )}
          {onDismiss && (
            <button type="button" onClick={onDismiss}>
              Dismiss
            </button>
          )}
        </div>
      )}
    </div>
  );
}
