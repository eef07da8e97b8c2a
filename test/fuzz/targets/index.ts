/** Everything that can be fuzzed. */
import type { CoreUnderTest } from '../../support/core';
import type { Target } from '../target';
import { coapTarget, textTarget, tlvTarget } from './decoders';
import { endpointTarget } from './endpoint';
import { parsersTarget, serverTarget } from './server';

export const allTargets = (under: CoreUnderTest): Target[] => [
  coapTarget(under.core), tlvTarget(under.core), textTarget(under.core), parsersTarget(under.core), endpointTarget(under), serverTarget(),
];
