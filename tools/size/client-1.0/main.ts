export * from '../../../src/device/index';
export { table } from '../../../src/device/objects/generated/device';
