import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES } from './cases/index.js';
import { closeLanes, openLanes, type Lanes } from './support/lanes.js';
import { startLoad } from './support/load.js';
import { formatMatrix, markdownMatrix, type CaseRun } from './support/matrix.js';
import { isGood } from './support/outcome.js';
import { selectCases } from './support/select-cases.js';
import { verifyCase } from './support/verify-case.js';

const { runs, load } = selectCases(CASES, process.env);
const done: CaseRun[] = [];
let lanes: Lanes;

beforeAll(async () => {
  lanes = await openLanes();
  return startLoad(load);
});

afterAll(async () => {
  console.log(formatMatrix(done));
  const file = process.env['SABOTAGE_MATRIX'];
  if (file !== undefined) await writeFile(file, markdownMatrix(done));
  await closeLanes(lanes);
});

describe('every sabotage is caught, and no variant is', () => {
  it.concurrent.for(runs)('$id: $what', async (one) => {
    const run: CaseRun = { one, outcomes: [] };
    done.push(run);
    try {
      run.outcomes = await verifyCase(lanes, one);
    } catch (error) {
      run.error = String(error);
      throw error;
    }
    expect(run.outcomes.filter((outcome) => !isGood(outcome))).toEqual([]);
  });
});
