import { addScaled, dot } from './vector.js';

/** A function to be minimised: gives its value and writes its gradient at `point`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface LbfgsSettings {
  /** Done when no part of the gradient is larger. */
  tolerance: number;
  maxIterations: number;
}

/** Told after each iteration and waited for. */
export type OnIteration = (iteration: number, largestGradient: number) => void | Promise<void>;

/** A past step and how the gradient changed over it. */
interface Correction {
  step: Float64Array;
  change: Float64Array;
  /** 1 / (step · change) */
  inverse: number;
}

/** How many past steps shape the next direction. */
const MEMORY = 20;
/** Share of the decrease promised by the slope that a step must bring (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 40;

function largest(values: Float64Array): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index] ?? 0));
  return most;
}

/** −H · gradient by the two-loop recursion, H being the inverse Hessian as the corrections show it. */
function descentDirection(gradient: Float64Array, corrections: Correction[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors: number[] = [];
  for (const { step, change, inverse } of corrections.toReversed()) {
    const factor = inverse * dot(step, direction);
    factors.push(factor);
    addScaled(direction, -factor, change);
  }
  const latest = corrections.at(-1);
  const scale = latest
    ? 1 / (latest.inverse * dot(latest.change, latest.change))
    : 1 / Math.sqrt(dot(gradient, gradient));
  for (let index = 0; index < direction.length; index++) direction[index] = (direction[index] ?? 0) * scale;
  for (const { step, change, inverse } of corrections) {
    const factor = (factors.pop() ?? 0) - inverse * dot(change, direction);
    addScaled(direction, factor, step);
  }
  return direction;
}

interface Position {
  point: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** The first of the steps 1, 1/2, 1/4 … that goes down far enough; null when rounding leaves no way down. */
function search(objective: Objective, from: Position, direction: Float64Array): Position | null {
  const slope = dot(from.gradient, direction);
  for (let halvings = 0, length = 1; halvings < MAX_HALVINGS; halvings++, length /= 2) {
    const point = Float64Array.from(from.point);
    addScaled(point, length, direction);
    const gradient = new Float64Array(point.length);
    const value = objective(point, gradient);
    if (value <= from.value + SUFFICIENT_DECREASE * length * slope) return { point, gradient, value };
  }
  return null;
}

function correctionOf(from: Position, to: Position): Correction | null {
  const step = Float64Array.from(to.point);
  addScaled(step, -1, from.point);
  const change = Float64Array.from(to.gradient);
  addScaled(change, -1, from.gradient);
  const curvature = dot(step, change);
  return curvature > 0 ? { step, change, inverse: 1 / curvature } : null;
}

/**
 * Minimises a smooth convex function by limited-memory BFGS, starting at 0. The same input gives the
 * same bits.
 * @param size number of variables
 */
export async function minimize(
  objective: Objective,
  size: number,
  { tolerance, maxIterations }: LbfgsSettings,
  onIteration: OnIteration = () => {},
): Promise<Float64Array> {
  const point = new Float64Array(size);
  const gradient = new Float64Array(size);
  let current: Position = { point, gradient, value: objective(point, gradient) };
  let corrections: Correction[] = [];
  for (let iteration = 1; iteration <= maxIterations && largest(current.gradient) > tolerance; iteration++) {
    const next = search(objective, current, descentDirection(current.gradient, corrections));
    if (next === null) break;
    const correction = correctionOf(current, next);
    if (correction !== null) corrections = [...corrections.slice(1 - MEMORY), correction];
    current = next;
    await onIteration(iteration, largest(current.gradient));
  }
  return current.point;
}
