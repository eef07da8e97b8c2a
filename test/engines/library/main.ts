/** What a board with MicroQuickJS runs before everything else. */
export { completeLibrary } from '../../../boards/adapters/library-mquickjs';
