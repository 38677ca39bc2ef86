/** What a store has to be able to do: give out objects by name, and create a name that does not exist. */

export interface StoredObject {
  /** Parts with `/` between them. */
  readonly name: string;
  readonly size: number;
}

export interface ObjectReader {
  /** As it is shown to a person. */
  readonly place: string;
  /** The bytes; `undefined` where there is no object of that name. @throws GaitError `not_readable`, `invalid_input` */
  read(name: string, limit: number): Promise<Uint8Array | undefined>;
  /** The objects whose names begin with `prefix`, which is empty or ends with `/`; in no order that anything relies on. */
  list(prefix: string): AsyncIterable<StoredObject>;
}

export interface ObjectStore extends ObjectReader {
  /**
   * Creates the object, whole or not at all.
   * @param options.lasting on the disk when this returns; else it may be lost with the power, and can be made again
   * @returns whether there was none of that name: one that is there stays as it is
   */
  create(name: string, bytes: Uint8Array, options: { readonly lasting: boolean }): Promise<boolean>;
  /** Creates it, or replaces it: for what nothing relies on. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
}
