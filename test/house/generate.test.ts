import { expect, test } from 'vitest';
import { withTables } from '../../scripts/generate.ts';

test('tables stand between their markers, and the rest of a page stays', () => {
  const readme = '# X\n<!-- inputs -->\nold\n<!-- /inputs -->\nText $1.\n<!-- outputs -->\n<!-- /outputs -->\n';
  const page = withTables(readme, {
    name: 'X',
    description: 'X',
    branding: { icon: 'check', color: 'green' },
    inputs: {
      policy: { description: 'Path of the policy.\n', required: false, default: 'modelgate.yml' },
      gate: { description: 'Its id: a | b\n$& kept.', required: true },
      token: { description: 'Token.', required: false, default: '' },
    },
    outputs: { status: { description: 'The verdict.' } },
    runs: { using: 'composite', steps: [] },
  });
  expect(page).toBe(`# X
<!-- inputs -->
| Input | Default | What it says |
| --- | --- | --- |
| \`policy\` | \`modelgate.yml\` | Path of the policy. |
| \`gate\` | **required** | Its id: a \\| b $& kept. |
| \`token\` |  | Token. |
<!-- /inputs -->
Text $1.
<!-- outputs -->
| Output | What it says |
| --- | --- |
| \`status\` | The verdict. |
<!-- /outputs -->
`);
});
