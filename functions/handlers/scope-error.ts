/** The scope names something that does not exist, or a mode that this deployment refuses. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';
}
