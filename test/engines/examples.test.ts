/** Boot scripts of every program of this repository on every board that has its parts; what lacks them is refused on every engine. A minute of CPU, so it is not in `npm test`. */
import test from 'ava';
import { shareCompiler } from '../../src/host/build/share';
import { Problem } from '../../src/host/problem';
import { fitting, generate, lacking, prepare, readBoards } from '../support/examples';

const boards = await readBoards();
const compiler = shareCompiler();
for (const { board, programs } of boards.map((one) => prepare(one, fitting(one), compiler)))
  for (const { example, boot } of programs)
    if (boot)
      test.serial(`${board.board.name}: ${example.file} becomes a boot script`, async (t) => {
        const code = await generate(boot);
        t.true(code.length > 5000);
        t.notRegex(code, /exports\./);
      });

for (const engine of new Set(boards.map(({ board }) => board.engine))) {
  const board = boards.find((one) => one.board.engine === engine)!;
  for (const { example, app } of prepare(board, lacking(board), shareCompiler()).programs)
    test.serial(`${board.board.name}: ${example.file} needs ${example.needs}, and the build says so`, async (t) => {
      const { lines } = (await t.throwsAsync<Problem>(generate(app), { instanceOf: Problem }))!;
      t.true(lines.some((line) => example.refused!.test(line)), lines.join('\n'));
    });
}
