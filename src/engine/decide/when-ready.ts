/**
 * Goes on with a value, at once if it is here already: the one place where synchronous and asynchronous meet. An embedded
 * store answers in the same turn, so nothing comes between a read and its reservation; awaiting its answer would let other
 * calls in, and cost each decision several turns.
 */
export function whenReady<Value, Next>(
  value: Value | Promise<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
