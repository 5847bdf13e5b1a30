/**
 * Jest gives tests their own realm, where errors of Node's modules are instances of another Error. Code that asks
 * `error instanceof Error` would take another branch in a test than in the product.
 */
import { types } from 'node:util';

const instanceOf = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown) {
    return this === Error ? types.isNativeError(value) : instanceOf.call(this as typeof Error, value);
  },
});
