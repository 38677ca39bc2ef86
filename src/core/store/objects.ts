/** What a store has to be able to do: give out objects by name, and create a name that does not exist. */
import type { ByteSource } from "../bytes/source.ts";
import type { ObjectLock, ObjectLocks } from "./lock.ts";

export interface StoredObject {
  /** Parts with `/` between them. */
  readonly name: string;
  readonly size: number;
}

export interface ObjectReader {
  /** As it is shown to a person. */
  readonly place: string;
  /** So many reads at a time are quicker than one after the other; absent where they are not. */
  readonly readAhead?: number;
  /** The bytes; `undefined` where there is no object of that name. @throws GaitError `not_readable`, `invalid_input` */
  read(name: string, limit: number): Promise<Uint8Array | undefined>;
  /** The objects whose names begin with `prefix`, which is empty or ends with `/`; in no order that anything relies on. */
  list(prefix: string): AsyncIterable<StoredObject>;
}

export interface CreateOptions {
  /** On the disk when it returns; else it may be lost with the power, and can be made again. */
  readonly lasting: boolean;
  readonly lock?: ObjectLock | undefined;
}

export interface ObjectStore extends ObjectReader {
  /**
   * Creates the object, whole or not at all.
   * @returns whether there was none of that name: one that is there stays as it is
   */
  create(name: string, bytes: Uint8Array, options: CreateOptions): Promise<boolean>;
  /** Creates it, or replaces it: for what nothing relies on. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
}

/** An object that is read in any order. */
export interface OpenedObject {
  /** As it is shown. */
  readonly path: string;
  readonly source: ByteSource;
  /** All of it, where it is in memory. */
  readonly whole?: Uint8Array;
  /** SHA-256 of it, 64 lower-case hex digits, with less reading than of the source again; absent where that is no less. Once. */
  digest?(): Promise<string>;
  /** Of a store whose objects can be locked. */
  readonly lock?: ObjectLock;
  /** Call it after reading. @throws GaitError `input_changed` */
  assertUnchanged(): void;
  close(): void;
}

/** A store of packs: a folder, or a bucket. */
export interface PackStore extends ObjectStore {
  /** Its objects are no files of this machine. */
  readonly isRemote: boolean;
  /** The object as it is shown: of a folder, the file's path. */
  path(name: string): string;
  /** @throws GaitError `not_found`, `not_readable`, `input_changed` */
  open(name: string): Promise<OpenedObject>;
  /**
   * As `create`, with the bytes of a source.
   * @throws GaitError `input_changed` where they do not have that SHA-256
   */
  createFrom(name: string, source: ByteSource, sha256: string, lock?: ObjectLock): Promise<boolean>;
  /** Absent where nothing can be locked: in a folder. */
  readonly locks?: ObjectLocks;
  /**
   * Whether a name that is there is never created again, as a log needs it.
   * @param isThorough asked for the first time: some race for a name
   */
  keepsNames(isThorough: boolean): Promise<boolean>;
}

/** A pack that is no file of this machine. */
export interface RemotePack {
  /** As the list of its store says. */
  readonly size: number;
  /** The names of the files beside it. */
  readonly beside: readonly string[];
  /** How long it is to be kept, in milliseconds since 1970, and whether it fails without. */
  readonly retention?: { readonly until: number; readonly isRequired: boolean };
  open(): Promise<OpenedObject>;
  /** One of those, `limit` + 1 bytes of it at most; `undefined` where it is not there any more. */
  readBeside(name: string, limit: number): Promise<Uint8Array | undefined>;
}
