/**
 * Continues with a value, at once if it is not a promise: the only place where synchronous and asynchronous code meet. An
 * embedded store answers in the same turn, so nothing runs between a read and its reservation. Awaiting its answer would let
 * other calls in between and cost each decision several turns.
 */
export function whenReady<Value, Next>(
  value: Value | Promise<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
