import { runReport } from '@modelgate/action';

await runReport();
