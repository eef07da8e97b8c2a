/** The environment of a program: globals and modules. */
export interface Surroundings {
  globals: Record<string, unknown>;
  /** Modules of the platform. */
  modules: Record<string, unknown>;
  /** Other modules come from Node. */
  node?: boolean;
}
