import { expect, test } from 'vitest';
import { stepProblems, stepsOf, yamlDocuments } from './steps.ts';

const page = `Text.

\`\`\`yaml
jobs:
  gate:
    steps:
      - id: gate
        uses: modelgate/modelgate/actions/eval-gate@0123
      - id: own
        run: echo "a=1" >> "$GITHUB_OUTPUT"
      - name: tell
        env: { VERDICT: "\${{ steps.gate.outputs.verdict }}", A: "\${{ steps.own.outputs.a }}", B: "\${{ steps.own.outputs.b }}" }
        run: echo "\${{ steps.gone.outputs.x }} $INPUT_POLICY"
\`\`\`
`;

test('a step that reads what nobody gives is named', () => {
  const [document] = yamlDocuments('docs/page.md', page);
  const problems = stepsOf(document).flatMap((steps) => stepProblems('docs/page.md', steps, () => ['status']));
  expect(problems).toEqual([
    `docs/page.md: step tell has ${'$'}{{ }} in run; pass it through env`,
    'docs/page.md: step tell reads INPUT_POLICY, which GitHub does not set',
    'docs/page.md: step tell reads an output of gone, which is no step here',
    'docs/page.md: step tell reads gate.verdict, which gate does not give',
    'docs/page.md: step tell reads own.b, which own does not give',
  ]);
});

test('other YAML has no steps', () => {
  expect(stepsOf({ version: 1, gates: {} })).toEqual([]);
});
