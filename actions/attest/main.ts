import { runAttest } from '@modelgate/action';

await runAttest();
