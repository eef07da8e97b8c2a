// `npm run build`: the library and the program of every board, and the host side; `-- --configBoards host,pico-w`: of these boards. The work is done
// in src/host/build.
import { register } from 'tsx/esm/api';

register();
// A computed address: rollup bundles this file, and must not take the sources in.
const { packageConfigs } = await import(new URL('./src/host/build/package.ts', import.meta.url).href);

export default ({ configBoards }) => packageConfigs(configBoards?.split(','));
