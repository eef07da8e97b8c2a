/** The example objects. */
export * from './access-control';
export * from './connectivity-monitoring';
export * from './connectivity-statistics';
export * from './device';
export * from './firmware-update';
export * from './location';
export * from './security';
export * from './server';
