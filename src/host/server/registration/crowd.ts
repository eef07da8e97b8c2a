/** Chooses what is removed when there is no room. */

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
    // a link that is old and dead would keep its neighbours alive until the next full collection, and they theirs
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
  /** Its index among the owners with as many. */
  place?: Link<Owner>;
}

interface Thing {
  id: string;
  owner: Owner;
}

/**
 * Things with an owner. The owner who has most of them gives way, and of his things the oldest: one who floods pushes himself out,
 * and others only when all have the same number. Each operation is O(1).
 */
export class Crowd {
  readonly #things = new Map<string, Link<Thing>>();
  readonly #owners = new Map<string, Owner>();
  /** Number → owners with so many. */
  readonly #bySize: Chain<Owner>[] = [];

  get size(): number {
    return this.#things.size;
  }

  has(id: string): boolean {
    return this.#things.has(id);
  }

  /** How many the owner has. */
  count(name: string): number {
    return this.#owners.get(name)?.size ?? 0;
  }

  /** A thing that is there becomes its owner's newest. */
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

  /** The owner's oldest thing. */
  oldestOf(name: string): string | undefined {
    return this.#owners.get(name)?.things.first?.value.id;
  }

  /** Returns the item to remove; undefined when nothing must go. */
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
