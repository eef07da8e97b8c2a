/** What a client holds for others at the moment: its slots by their internal names. */
import type { Client } from '../../src/device/index';
import type { CoreUnderTest } from './core';

export interface Slots {
  /** Paths observed, ascending. */
  observations: string[];
  /** Paths with attributes of their own. */
  attributes: string[];
  /** Bodies in blocks that are under way. */
  transfers: number;
  /** Requests of ours that wait for a response. */
  exchanges: number;
}

interface Record_ {
  [name: string]: unknown;
}

export function slotsOf(client: Client, { nameOf }: Pick<CoreUnderTest, 'nameOf'>, now = 0): Slots {
  const c = client as unknown as Record_;
  const get = (record: Record_, name: string): unknown => {
    const key = nameOf(name);
    if (!(key in record)) throw new Error(`a client has no ${name} any more: test/support/slots.ts must follow`);
    return record[key];
  };
  const taken = (name: string): string[] => (get(c, name) as Record_[]).filter((slot) => slot[nameOf('_server')]).map(pathOf).sort();
  const pathOf = (slot: Record_): string => ['_o', '_i', '_r', '_m'].slice(0, slot[nameOf('_n')] as number).map((id) => `/${String(slot[nameOf(id)])}`).join('');
  const bodies = ['_transfer', '_pieces'].map((name) => get(c, name) as Record_);
  const busy = bodies.filter((one) => one[nameOf('_server')] && now - (one[nameOf('_since')] as number) < 247_000);
  return {
    observations: taken('_observations'),
    attributes: taken('_attributes'),
    transfers: busy.length,
    exchanges: (get(c, '_servers') as Record_[]).filter((server) => server[nameOf('_exchange')]).length,
  };
}

