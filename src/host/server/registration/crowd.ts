/** Chooses the item to remove when there is no room. */

interface Link<T> {
  value: T;
  before?: Link<T>;
  behind?: Link<T>;
}

/** A doubly linked list. The first entry of a Map would be slow to find: the iterator steps over deleted entries. */
class Chain<T> {
  first?: Link<T>;
  last?: Link<T>;

  add(value: T): Link<T> {
    const link: Link<T> = { value, before: this.last };
    if (this.last) this.last.behind = link;
    else this.first = link;
    this.last = link;
    return link;
  }

  remove(link: Link<T>): void {
    const { before, behind } = link;
    // An old, unlinked entry would keep its neighbours alive until the next full collection, and they theirs.
    link.before = link.behind = undefined;
    if (before) before.behind = behind;
    else this.first = behind;
    if (behind) behind.before = before;
    else this.last = before;
  }
}

interface Owner {
  name: string;
  size: number;
  things: Chain<Thing>;
  /** Its index among the owners with the same number of items. */
  place?: Link<Owner>;
}

interface Thing {
  id: string;
  owner: Owner;
}

/**
 * Items with an owner. The owner with the most items loses its oldest one: a flooding client removes its own items, and those of others only if all
 * have the same number. Each operation is O(1).
 */
export class Crowd {
  readonly #things = new Map<string, Link<Thing>>();
  readonly #owners = new Map<string, Owner>();
  /** Number → the owners with that many items. */
  readonly #bySize: Chain<Owner>[] = [];

  get size(): number {
    return this.#things.size;
  }

  has(id: string): boolean {
    return this.#things.has(id);
  }

  /** The number of items of an owner. */
  count(name: string): number {
    return this.#owners.get(name)?.size ?? 0;
  }

  /** Adds an item. An existing item becomes its owner's newest. */
  add(name: string, id: string): void {
    this.delete(id);
    const owner: Owner = this.#owners.get(name) ?? { name, size: 0, things: new Chain() };
    this.#owners.set(name, owner);
    this.#things.set(id, owner.things.add({ id, owner }));
    this.#resize(owner, 1);
  }

  delete(id: string): boolean {
    const link = this.#things.get(id);
    if (!link) return false;
    const { owner } = link.value;
    this.#things.delete(id);
    owner.things.remove(link);
    this.#resize(owner, -1);
    if (owner.size === 0) this.#owners.delete(owner.name);
    return true;
  }

  /** The owner's oldest item. */
  oldestOf(name: string): string | undefined {
    return this.#owners.get(name)?.things.first?.value.id;
  }

  /** Returns the item to remove; undefined if there is nothing to remove. */
  victim(): string | undefined {
    return this.#bySize.at(-1)?.first?.value.things.first?.value.id;
  }

  #resize(owner: Owner, by: number): void {
    if (owner.place) this.#bySize[owner.size]!.remove(owner.place);
    owner.size += by;
    owner.place = owner.size > 0 ? (this.#bySize[owner.size] ??= new Chain()).add(owner) : undefined;
    while (this.#bySize.length > 0 && !this.#bySize.at(-1)?.first) this.#bySize.pop();
  }
}
