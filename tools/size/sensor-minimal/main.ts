export { changed, createClient, poll, receive, start, stop, update } from '../../../src/device/index';
export { table } from '../../../src/device/objects/generated/temperature';
