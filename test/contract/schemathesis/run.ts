/** `npm run check:schemathesis`: the long trial, of at least 10,000 requests. SCHEMATHESIS_EXAMPLES changes how many each operation gets. */
import { pythonTools } from '../../support/python.ts';
import { trySchemathesis } from './schemathesis.ts';

const wanted = 10_000;
const perOperation = Number(process.env.SCHEMATHESIS_EXAMPLES ?? '160');

const { status, cases } = await trySchemathesis(
  pythonTools(),
  { perOperation, phases: ['examples', 'coverage', 'fuzzing', 'stateful'], seconds: 3600 },
  (text) => process.stdout.write(text),
);
if (cases < wanted) process.stdout.write(`Only ${cases} cases, fewer than ${wanted}: raise SCHEMATHESIS_EXAMPLES.\n`);
process.exitCode = status === 0 && cases >= wanted ? 0 : 1;
