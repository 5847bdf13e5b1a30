/** What the twin asked its evaluator, for those who count: which role used which of its permissions. */
import type { Evaluation, EvaluationRequest, Principal, TwinState } from './contract.ts';

export interface Decision {
  principal: Principal;
  request: EvaluationRequest;
  because: Evaluation['because'];
}

const listeners = new WeakMap<TwinState, (decision: Decision) => void>();

/** Each decision on a call, allowed or not, from now on; the next listener takes the place of the last. */
export function onDecision(state: TwinState, listener: (decision: Decision) => void): void {
  listeners.set(state, listener);
}

export function reportDecision(state: TwinState, decision: Decision): void {
  listeners.get(state)?.(decision);
}
